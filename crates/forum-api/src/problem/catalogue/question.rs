//! Questions, answers, and replies under answers.

use super::{Entry, text};

/// The entries of this subject.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: "question.not_found",
        title: text("问题不存在", "No such question"),
        detail: text("该问题不存在或已被删除。", "The question does not exist or was deleted."),
        advice: text("请返回列表。", "Lead back to the list."),
    },
    Entry {
        code: "question.not_allowed",
        title: text("没有权限", "Not allowed"),
        detail: text("您不能对该问题进行此操作。", "You may not do this with the question."),
        advice: text(
            "只有提问者可以修改问题、采纳或取消采纳回答；提问者和站点管理者可以删除。问题的 `viewer.can` 说明当前用户可做什么。",
            "Only the asker edits a question and accepts an answer; he and the site's moderators delete it. The question's `viewer.can` says what the user may do.",
        ),
    },
    Entry {
        code: "answer.not_found",
        title: text("回答不存在", "No such answer"),
        detail: text("该回答不存在或已被删除。", "The answer does not exist or was deleted."),
        advice: text("请从列表中移除该回答。", "Take it out of the list."),
    },
    Entry {
        code: "answer.not_allowed",
        title: text("没有权限", "Not allowed"),
        detail: text("您不能对该回答进行此操作。", "You may not do this with the answer."),
        advice: text(
            "只有作者可以修改，作者和站点管理者可以删除。回答的 `viewer.can` 说明当前用户可做什么。",
            "Only its author edits an answer, he and the site's moderators delete it. The answer's `viewer.can` says what the user may do.",
        ),
    },
    Entry {
        code: "answer_reply.not_found",
        title: text("回复不存在", "No such reply"),
        detail: text("该回复不存在或已被删除。", "The reply does not exist or was deleted."),
        advice: text("请从列表中移除该回复。", "Take it out of the list."),
    },
    Entry {
        code: "answer_reply.not_allowed",
        title: text("没有权限", "Not allowed"),
        detail: text("您不能对该回复进行此操作。", "You may not do this with the reply."),
        advice: text(
            "只有作者可以修改，作者和站点管理者可以删除。回复的 `viewer.can` 说明当前用户可做什么。",
            "Only its author edits a reply, he and the site's moderators delete it. The reply's `viewer.can` says what the user may do.",
        ),
    },
];
