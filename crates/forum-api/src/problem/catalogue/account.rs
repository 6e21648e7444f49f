//! Accounts, codes and sessions.

use super::{Entry, text};

/// The entries of this subject.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: "block.oneself",
        title: text("不能屏蔽自己", "Not oneself"),
        detail: text("不能屏蔽自己。", "You cannot block yourself."),
        advice: text("在自己的主页上不显示屏蔽按钮。", "Show no block button on one's own page."),
    },
    Entry {
        code: "auth.required",
        title: text("请先登录", "Sign in first"),
        detail: text("请先登录后再操作。", "Sign in to do this."),
        advice: text(
            "请求未携带访问令牌。登录后以 `Authorization： Bearer` 发送访问令牌。",
            "The request had no access token. Sign in, and send it as `Authorization: Bearer`.",
        ),
    },
    Entry {
        code: "auth.invalid_token",
        title: text("登录已失效", "The session is no longer valid"),
        detail: text("登录已失效，请重新登录。", "The session is no longer valid: sign in again."),
        advice: text(
            "访问令牌无效、已过期，或会话已被结束。先用 `refreshSession` 换取新令牌，若仍被拒绝再请用户登录。同时携带 `Authorization` 与不同的 `tsessionid` 也会得到此结果。",
            "The access token is not valid, has expired, or its session was ended. Try `refreshSession` once, and ask the user to sign in if that is refused. A `tsessionid` that differs from `Authorization` is answered so, too.",
        ),
    },
    Entry {
        code: "auth.invalid_ticket",
        title: text("票据无效", "The ticket is not valid"),
        detail: text("票据无效或已过期，请重试。", "The ticket is not valid any more: try again."),
        advice: text(
            "票据用过一次（`stream`）、超过时限、用途不符，或其会话已被结束。用 `createTicket` 再取一张；若也被拒绝，先用 `refreshSession` 换取新令牌。",
            "It was used before (`stream`), is past its time, is for another purpose, or its session was ended. Fetch another with `createTicket`; if that is refused, `refreshSession` first.",
        ),
    },
    Entry {
        code: "auth.invalid_credentials",
        title: text("手机号或密码错误", "Wrong mobile or password"),
        detail: text("手机号或密码错误。", "Mobile or password is wrong."),
        advice: text(
            "账号不存在与密码错误的答复相同。可提示用户改用短信验证码登录。",
            "The same for an unknown mobile and a wrong password. Offer to sign in by SMS code.",
        ),
    },
    Entry {
        code: "auth.invalid_refresh_token",
        title: text("登录已过期", "The session has expired"),
        detail: text("登录已过期，请重新登录。", "The session has expired: sign in again."),
        advice: text(
            "刷新令牌无效、已过期或已被使用过。每次刷新都会返回新的刷新令牌，须立即保存；重复使用旧令牌会结束整个会话。",
            "The refresh token is not valid, has expired or was used before. Each refresh gives a new one, to be kept at once; using an old one again ends the whole session.",
        ),
    },
    Entry {
        code: "auth.suspended",
        title: text("账号已被停用", "The account is suspended"),
        detail: text(
            "该账号已被停用，如有疑问请联系管理员。",
            "The account is suspended: ask the administrators if you have questions.",
        ),
        advice: text(
            "停用期间无法登录或操作，重试无效。",
            "A suspended account can neither sign in nor act. Trying again does not help.",
        ),
    },
    Entry {
        code: "auth.too_many_attempts",
        title: text("登录尝试过多", "Too many attempts to sign in"),
        detail: text(
            "登录失败次数过多，请稍后再试，或使用短信验证码登录。",
            "Too many failed attempts: wait a while, or sign in by SMS code.",
        ),
        advice: text(
            "等待 `Retry-After` 所示秒数，或改用 `loginWithCode`。",
            "Wait for as many seconds as `Retry-After` says, or use `loginWithCode`.",
        ),
    },
    Entry {
        code: "auth.invalid_code",
        title: text("验证码错误或已失效", "The code is wrong or no longer valid"),
        detail: text(
            "验证码错误或已失效，请核对或重新获取。",
            "The code is wrong or no longer valid: check it, or ask for a new one.",
        ),
        advice: text(
            "仅最新一条验证码有效，只能使用一次，且须与用途一致；多次输错后作废，需用 `sendCode` 重新获取。",
            "Only the newest code counts, once, and for the purpose it was sent for. A few wrong tries burn it; `sendCode` sends a new one.",
        ),
    },
    Entry {
        code: "code.too_many",
        title: text("验证码发送过于频繁", "Too many codes were asked for"),
        detail: text("验证码发送过于频繁，请稍后再试。", "Too many codes were asked for: try again later."),
        advice: text(
            "等待 `Retry-After` 所示秒数后再次发送。",
            "Wait for as many seconds as `Retry-After` says before asking for another.",
        ),
    },
    Entry {
        code: "session.not_found",
        title: text("会话不存在", "No such session"),
        detail: text("该登录设备不存在或已退出。", "This device is not signed in, or not any more."),
        advice: text(
            "会话可能已结束，请刷新设备列表。",
            "The session may have ended: load the list of devices again.",
        ),
    },
    Entry {
        code: "account.not_found",
        title: text("用户不存在", "No such user"),
        detail: text("该用户不存在。", "There is no such user."),
        advice: text("用户编号不存在，或账号已注销。", "No user has this id, or the account was deleted."),
    },
    Entry {
        code: "account.mobile_taken",
        title: text("手机号已被注册", "The mobile has an account already"),
        detail: text(
            "该手机号已被注册，请直接登录。",
            "This mobile has an account already: sign in instead.",
        ),
        advice: text(
            "注册时请引导用户登录或重置密码；更换手机号时请换用其他号码。",
            "When registering, lead the user to sign in or to reset the password; when changing the mobile, take another.",
        ),
    },
    Entry {
        code: "account.nickname_taken",
        title: text("昵称已被使用", "The nickname is taken"),
        detail: text(
            "该昵称已被使用，或与已有昵称过于相似。",
            "The nickname is taken, or looks too much like one that is.",
        ),
        advice: text(
            "请用户换一个昵称。相似的字形（如全角、形近字母）视为相同。",
            "Ask for another. Nicknames that look alike (full-width forms, similar letters) count as the same.",
        ),
    },
    Entry {
        code: "account.wrong_password",
        title: text("当前密码错误", "The current password is wrong"),
        detail: text("当前密码不正确。", "The current password is wrong."),
        advice: text(
            "请用户重新输入当前密码；忘记密码时使用 `resetPassword`。",
            "Ask for the current password again, or use `resetPassword` if it was forgotten.",
        ),
    },
];
