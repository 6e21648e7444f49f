//! Reports, and what is for those who run the site.

use super::{Entry, text};

/// The entries of this subject.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: "report.target_not_found",
        title: text("举报的内容不存在", "Nothing to report"),
        detail: text(
            "您举报的内容不存在、已被删除，或您无权查看。",
            "What you report does not exist, was deleted, or is not for you to see.",
        ),
        advice: text(
            "只能举报自己看得到的内容。请返回列表。",
            "Only what one can read is reported. Lead back to the list.",
        ),
    },
    Entry {
        code: "report.already_reported",
        title: text("已经举报过", "Reported before"),
        detail: text(
            "您已经举报过该内容，请等待处理。",
            "You have reported this before: it will be looked at.",
        ),
        advice: text(
            "每人对同一内容只能举报一次。按已举报显示即可。",
            "Everybody reports a thing once. Show it as reported.",
        ),
    },
    Entry {
        code: "report.not_found",
        title: text("举报不存在", "No such report"),
        detail: text("该举报不存在，或您无权查看。", "The report does not exist, or is not for you to see."),
        advice: text("请从列表中移除该举报。", "Take it out of the list."),
    },
    Entry {
        code: "report.already_resolved",
        title: text("举报已处理", "Resolved already"),
        detail: text("该举报已由他人处理。", "Somebody has resolved the report."),
        advice: text("重新读取该举报，显示处理结果。", "Read the report again and show what became of it."),
    },
    Entry {
        code: "report.not_allowed",
        title: text("没有权限", "Not allowed"),
        detail: text("您不能处理或查看这些举报。", "These reports are not yours to see or resolve."),
        advice: text(
            "小组管理者只处理本组帖子和评论的举报，列表须带 `group_id`；停用账号以及对用户、小组、问答的举报由站点管理者处理；任何人都不能处理针对自己内容的举报。",
            "Those who moderate a group resolve reports of its posts and comments, and list them with `group_id`. Suspending, and reports of users, groups, questions and answers, are for those who moderate the site. Nobody resolves a report of what he wrote himself.",
        ),
    },
    Entry {
        code: "admin.required",
        title: text("仅限站点管理员", "For admins only"),
        detail: text("此操作仅限站点管理员。", "Only those who run the site may do this."),
        advice: text(
            "`Me.role` 为 `admin` 时才显示后台入口。",
            "Show what is for admins only where `Me.role` is `admin`.",
        ),
    },
    Entry {
        code: "admin.own_account",
        title: text("不能修改自己的账号", "Not one's own account"),
        detail: text(
            "管理员不能修改自己的站点角色或停用自己。",
            "Admins neither change their own role on the site nor suspend themselves.",
        ),
        advice: text("请由另一位管理员操作。", "Another admin has to do it."),
    },
];
