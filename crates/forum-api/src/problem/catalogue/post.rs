//! Posts, comments and likes, and what hooks refuse.

use super::{Entry, text};

/// The entries of this subject.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: "post.not_found",
        title: text("帖子不存在", "No such post"),
        detail: text(
            "该帖子不存在、已被删除，或您无权查看。",
            "The post does not exist, was deleted, or is not for you to see.",
        ),
        advice: text(
            "仅限成员的小组，其帖子对外人一律视为不存在。请返回列表。",
            "To outsiders no post of a members' group exists. Lead back to the list.",
        ),
    },
    Entry {
        code: "post.not_allowed",
        title: text("没有权限", "Not allowed"),
        detail: text("您不能对该帖子进行此操作。", "You may not do this with the post."),
        advice: text(
            "只有作者可以修改；作者和小组管理者可以删除，并查看历史版本。帖子的 `viewer.can` 说明当前用户可做什么。",
            "Only its author edits a post, he and those who moderate its group delete it and see its former versions. The post's `viewer.can` says what the user may do.",
        ),
    },
    Entry {
        code: "post.locked",
        title: text("帖子已锁定", "The post is locked"),
        detail: text("该帖子已锁定，不能再评论。", "The post is locked: it takes no new comments."),
        advice: text(
            "`locked` 为 true 的帖子不显示评论框；点赞仍然可用，已有评论仍可修改和删除。",
            "Show no comment box where `locked` is true. Likes still work, and comments that stand there can be edited and deleted.",
        ),
    },
    Entry {
        code: "comment.not_found",
        title: text("评论不存在", "No such comment"),
        detail: text(
            "该评论不存在、已被删除，或您无权查看。",
            "The comment does not exist, was deleted, or is not for you to see.",
        ),
        advice: text("请从列表中移除该评论。", "Take it out of the list."),
    },
    Entry {
        code: "comment.not_allowed",
        title: text("没有权限", "Not allowed"),
        detail: text("您不能对该评论进行此操作。", "You may not do this with the comment."),
        advice: text(
            "只有作者可以修改，作者和小组管理者可以删除。评论的 `viewer.can` 说明当前用户可做什么。",
            "Only its author edits a comment, he and those who moderate the group delete it. The comment's `viewer.can` says what the user may do.",
        ),
    },
    Entry {
        code: "comment.deleted",
        title: text("评论已被删除", "The comment was deleted"),
        detail: text("该评论已被删除，不能再回复。", "The comment was deleted and takes no more replies."),
        advice: text(
            "`deleted` 为 true 的评论只为保留其下的回复，不显示回复按钮。",
            "A comment whose `deleted` is true stands only for the replies under it: offer no reply.",
        ),
    },
    Entry {
        code: "like.own_content",
        title: text("不能给自己点赞", "Not one's own"),
        detail: text("不能给自己的内容点赞。", "You cannot like what you wrote yourself."),
        advice: text(
            "`viewer.can.like` 为 false 时不显示点赞按钮。",
            "Offer no like where `viewer.can.like` is false.",
        ),
    },
    Entry {
        code: "like.daily_limit",
        title: text("今日点赞次数已用完", "No likes left today"),
        detail: text(
            "今天的点赞次数已用完，请明天再来。",
            "You have no likes left today: more come tomorrow.",
        ),
        advice: text(
            "LikeState 的 `remaining_today` 给出剩余次数，`resets_at` 与 `Retry-After` 说明何时恢复。当天取消当天的点赞会退还次数。",
            "`remaining_today` of a LikeState says how many are left, `resets_at` and `Retry-After` when they come back. Taking a like of today back today gives it back.",
        ),
    },
    Entry {
        code: "like.author_limit",
        title: text("今日给该作者的点赞已达上限", "No likes left for this author today"),
        detail: text(
            "今天给这位作者的点赞次数已用完，请明天再来。",
            "You have no likes left today for what this author wrote: more come tomorrow.",
        ),
        advice: text(
            "LikeState 的 `remaining_for_author` 给出对该作者的剩余次数；其他作者的内容仍可点赞。",
            "`remaining_for_author` of a LikeState says how many are left for this author. What others wrote can still be liked.",
        ),
    },
    Entry {
        code: "hook.vetoed",
        title: text("被本站规则拒绝", "Refused by a rule of this site"),
        detail: text("本站的规则不允许此操作。", "A rule of this site does not allow this."),
        advice: text(
            "由本站运营方自定的规则拒绝。`code` 是运营方自己的代码，不在本目录中，也不是 `hook.vetoed`；`detail` 是运营方的原话，不作翻译，可直接显示给用户。",
            "Refused by a rule of the operator's own. The problem's `code` is the operator's too: it stands in no catalogue, and is not `hook.vetoed`. Its `detail` is in the operator's words, never translated, and can be shown to the user.",
        ),
    },
];
