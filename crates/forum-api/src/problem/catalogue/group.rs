//! Groups, their members, join requests and invites.

use super::{Entry, text};

/// The entries of this subject.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: "group.not_found",
        title: text("小组不存在", "No such group"),
        detail: text("该小组不存在或已被删除。", "The group does not exist, or was deleted."),
        advice: text("请返回小组列表。", "Lead back to the list of groups."),
    },
    Entry {
        code: "group.not_member",
        title: text("仅限小组成员", "Members only"),
        detail: text("只有小组成员才能进行此操作。", "Only members of the group can do this."),
        advice: text(
            "引导用户申请加入：`requestToJoin`。小组的 `viewer` 说明当前用户可做什么。",
            "Offer to join with `requestToJoin`. The group's `viewer` says what the user may do.",
        ),
    },
    Entry {
        code: "group.not_allowed",
        title: text("没有权限", "Not allowed"),
        detail: text("您在小组中的角色不允许此操作。", "Your role in the group does not allow this."),
        advice: text(
            "仅组长或管理员可操作。小组的 `viewer.can` 说明当前用户可做什么，无权的操作不必显示。",
            "For owners or moderators. The group's `viewer.can` says what the user may do: do not offer the rest.",
        ),
    },
    Entry {
        code: "group.banned",
        title: text("已被禁止进入该小组", "Banned from the group"),
        detail: text("您已被禁止进入该小组。", "You are banned from this group."),
        advice: text(
            "封禁结束前无法申请加入或接受邀请。",
            "No request and no invite helps until the ban ends.",
        ),
    },
    Entry {
        code: "group.muted",
        title: text("已被禁言", "Muted in the group"),
        detail: text(
            "您已被该小组禁言，暂时不能发言。",
            "You are muted in this group: for the time being you can read, but not write.",
        ),
        advice: text(
            "小组的 `viewer.muted_until` 说明禁言何时结束；点赞和收藏不受影响。",
            "The group's `viewer.muted_until` says until when. Likes and bookmarks still work.",
        ),
    },
    Entry {
        code: "group.name_taken",
        title: text("小组名称已被使用", "The group's name is taken"),
        detail: text(
            "该名称已被使用，或与已有小组过于相似。",
            "The name is taken, or looks too much like one that is.",
        ),
        advice: text(
            "请换一个名称。相似的字形（如全角、形近字母）视为相同。",
            "Ask for another. Names that look alike (full-width forms, similar letters) count as the same.",
        ),
    },
    Entry {
        code: "group.no_such_media",
        title: text("封面图片不存在", "No such picture"),
        detail: text("所选封面图片不存在，请重新上传。", "The chosen cover does not exist: upload it again."),
        advice: text(
            "`cover_media_id` 须为当前用户上传的图片。",
            "`cover_media_id` must be an upload of the same user.",
        ),
    },
    Entry {
        code: "group.last_owner",
        title: text("小组须保留组长", "The last owner must stay"),
        detail: text(
            "您是唯一的组长，请先转让小组或任命其他组长。",
            "You are the only owner: hand the group over or make somebody else an owner first.",
        ),
        advice: text(
            "小组至少须有一位组长。先用 `transferGroup` 转让，或用 `updateMember` 任命。",
            "A group always has an owner. Use `transferGroup`, or make another with `updateMember`, first.",
        ),
    },
    Entry {
        code: "member.not_found",
        title: text("不是小组成员", "No such member"),
        detail: text("该用户不是小组成员。", "This user is not a member of the group."),
        advice: text(
            "成员可能已退出，请刷新成员列表。",
            "The member may have left: load the list of members again.",
        ),
    },
    Entry {
        code: "member.outranked",
        title: text("无权操作该成员", "The member's role is not below yours"),
        detail: text(
            "您不能操作与您同级或更高级别的成员。",
            "You cannot do this to a member whose role is not below yours.",
        ),
        advice: text(
            "管理员可管理普通成员，组长可管理管理员。",
            "Moderators manage members, owners manage moderators.",
        ),
    },
    Entry {
        code: "join.not_found",
        title: text("申请不存在", "No such join request"),
        detail: text("该加入申请不存在。", "There is no such join request."),
        advice: text(
            "仅申请人与该小组的组长、管理员可以查看申请。",
            "Only the asker and the group's owners and moderators can see a request.",
        ),
    },
    Entry {
        code: "join.already_member",
        title: text("已是小组成员", "Already a member"),
        detail: text("您已经是该小组的成员。", "You are a member of this group already."),
        advice: text("无需再申请，请刷新小组。", "Nothing to ask for: load the group again."),
    },
    Entry {
        code: "join.already_pending",
        title: text("已有待处理的申请", "A request is waiting already"),
        detail: text("您的申请正在等待处理。", "Your request is waiting to be decided."),
        advice: text(
            "小组的 `viewer.join_request` 为该申请，可用 `withdrawJoinRequest` 撤回。",
            "The group's `viewer.join_request` is that request; `withdrawJoinRequest` takes it back.",
        ),
    },
    Entry {
        code: "join.cooldown",
        title: text("暂时不能再次申请", "Too soon to ask again"),
        detail: text(
            "您的申请刚被拒绝，请过一段时间再申请。",
            "Your last request was refused a short while ago: ask again later.",
        ),
        advice: text(
            "小组的 `viewer.can_request_at` 为可再次申请的时间。",
            "The group's `viewer.can_request_at` says from when on.",
        ),
    },
    Entry {
        code: "join.invite_only",
        title: text("仅限邀请加入", "By invite only"),
        detail: text("该小组仅限受邀加入。", "This group takes members by invite only."),
        advice: text("请使用邀请链接：`acceptInvite`。", "Use an invite link: `acceptInvite`."),
    },
    Entry {
        code: "join.already_decided",
        title: text("申请已处理", "The request is no longer pending"),
        detail: text("该申请已被处理或撤回。", "The request was decided or withdrawn already."),
        advice: text(
            "可能由其他管理员处理。用 `getJoinRequest` 查看结果。",
            "Perhaps by another moderator. `getJoinRequest` tells how.",
        ),
    },
    Entry {
        code: "invite.not_found",
        title: text("邀请不存在", "No such invite"),
        detail: text("该邀请不存在或已被撤销。", "The invite does not exist, or was revoked."),
        advice: text("请向小组管理员索取新的邀请链接。", "Ask the group's moderators for a new link."),
    },
    Entry {
        code: "invite.expired",
        title: text("邀请已过期", "The invite has expired"),
        detail: text("该邀请已过期，请索取新的邀请。", "The invite has expired: ask for a new one."),
        advice: text("请向小组管理员索取新的邀请链接。", "Ask the group's moderators for a new link."),
    },
    Entry {
        code: "invite.used_up",
        title: text("邀请已用完", "The invite is used up"),
        detail: text(
            "该邀请的使用次数已用完，请索取新的邀请。",
            "The invite has been used as often as it may: ask for a new one.",
        ),
        advice: text("请向小组管理员索取新的邀请链接。", "Ask the group's moderators for a new link."),
    },
    Entry {
        code: "invite.too_many",
        title: text("邀请过多", "Too many invites"),
        detail: text(
            "小组的有效邀请已达上限，请先撤销一些。",
            "The group has too many open invites: revoke one first.",
        ),
        advice: text(
            "用 `listInvites` 查看，用 `revokeInvite` 撤销不再需要的邀请。",
            "See them with `listInvites`, and revoke what is not needed with `revokeInvite`.",
        ),
    },
];
