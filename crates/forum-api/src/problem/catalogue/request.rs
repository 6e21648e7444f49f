//! What can be wrong with any request, and with the server.

use super::{Entry, text};

/// The entries of this subject.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: "request.malformed",
        title: text("请求无法读取", "The request cannot be read"),
        detail: text("请求的格式有误，服务器无法读取。", "The server could not read the request."),
        advice: text(
            "请求体不是合法的 UTF-8 JSON（语法错误、嵌套过深、同名字段重复），或路径、查询参数、请求头无法解析。修正后再发送，原样重试不会成功。",
            "The body is not valid UTF-8 JSON (bad syntax, too deep, a member twice), or the path, the query or a header cannot be parsed. Mend it before sending again: the same bytes will fail again.",
        ),
    },
    Entry {
        code: "request.invalid",
        title: text("内容不符合要求", "Some values are not allowed"),
        detail: text(
            "提交的内容有误，请按提示修改后再试。",
            "Some of what was sent is not allowed: see the fields named.",
        ),
        advice: text(
            "请求可以读取，但有字段不符合规则。`errors` 列出每个有误的字段：`pointer` 指明位置，`code` 说明原因，`detail` 可直接显示给用户。",
            "The request was read, but fields break a rule. `errors` lists every one: `pointer` says where, `code` says why, `detail` can be shown to the user beside the field.",
        ),
    },
    Entry {
        code: "request.not_found",
        title: text("地址不存在", "Nothing at this address"),
        detail: text("这个地址下没有任何内容。", "There is nothing at this address."),
        advice: text(
            "路径不属于本接口，请核对拼写和前缀 `/api/v1`。",
            "The path is none of this interface: check its spelling and the prefix `/api/v1`.",
        ),
    },
    Entry {
        code: "request.method_not_allowed",
        title: text("不支持该请求方法", "The method is not supported"),
        detail: text("这个地址不支持该请求方法。", "This address does not support the method."),
        advice: text(
            "响应头 `Allow` 列出该地址支持的方法。",
            "The header `Allow` lists the methods of this address.",
        ),
    },
    Entry {
        code: "request.too_large",
        title: text("请求内容过大", "The request is too large"),
        detail: text("请求内容超过了允许的大小。", "The request is larger than is allowed."),
        advice: text("JSON 请求体最大 1 MiB。请缩减内容后再发送。", "A JSON body may have 1 MiB. Send less."),
    },
    Entry {
        code: "request.unsupported_media_type",
        title: text("不支持的内容类型", "The content type is not supported"),
        detail: text("请求内容的类型不受支持。", "The type of the request's content is not supported."),
        advice: text(
            "请按接口文档设置 `Content-Type`，多数操作为 `application/json`。",
            "Set `Content-Type` as the operation describes it: `application/json` for most.",
        ),
    },
    Entry {
        code: "request.precondition_failed",
        title: text("内容已被修改", "Changed in the meantime"),
        detail: text(
            "内容在您编辑期间已被修改，请刷新后再试。",
            "It was changed while you were editing: reload it and try again.",
        ),
        advice: text(
            "`If-Match` 与当前版本不符。请重新获取资源，合并修改，并使用新的 `ETag`。",
            "`If-Match` is not the current version. Get the resource again, merge the edit, and send the new `ETag`.",
        ),
    },
    Entry {
        code: "cursor.invalid",
        title: text("翻页参数无效", "The cursor is not valid"),
        detail: text("翻页参数无效，请从第一页开始。", "The cursor is not valid: start from the first page."),
        advice: text(
            "`cursor` 必须是同一列表、同样筛选条件下上一页返回的 `next_cursor`，原样传回。",
            "`cursor` must be the `next_cursor` of the same list with the same filters, passed back as it came.",
        ),
    },
    Entry {
        code: "cursor.expired",
        title: text("列表已更新", "The list has changed"),
        detail: text(
            "列表已更新，请从第一页重新浏览。",
            "The list has changed since: start from the first page.",
        ),
        advice: text(
            "按热度等排序的列表翻页期间保持不变，保留至少 30 分钟；过期后请不带 `cursor` 重新请求。",
            "A ranked list stays as it is while it is paged through, for at least 30 minutes. Ask again without a `cursor`.",
        ),
    },
    Entry {
        code: "rate.limited",
        title: text("请求过于频繁", "Too many requests"),
        detail: text("请求过于频繁，请稍后再试。", "Too many requests: try again a little later."),
        advice: text(
            "等待 `Retry-After` 所示秒数后再发送；`RateLimit` 响应头给出剩余额度。",
            "Wait for as many seconds as `Retry-After` says. The header `RateLimit` tells what is left.",
        ),
    },
    Entry {
        code: "idempotency.invalid_key",
        title: text("幂等键无效", "The idempotency key is not valid"),
        detail: text("请求的幂等键格式有误。", "The request's idempotency key is not valid."),
        advice: text(
            "`Idempotency-Key` 须为 1 到 255 个可见 ASCII 字符，建议使用随机 UUID。",
            "`Idempotency-Key` has 1 to 255 visible ASCII characters; a random UUID is a good one.",
        ),
    },
    Entry {
        code: "idempotency.mismatch",
        title: text("幂等键已用于其他请求", "The idempotency key was used for another request"),
        detail: text(
            "该幂等键已用于内容不同的请求。",
            "The idempotency key was used for a request with other content.",
        ),
        advice: text(
            "同一 `Idempotency-Key` 只能重发完全相同的请求；新的请求请使用新的键。",
            "An `Idempotency-Key` repeats one request, byte for byte. Take a new key for a new request.",
        ),
    },
    Entry {
        code: "idempotency.in_flight",
        title: text("请求正在处理中", "The first request is still at work"),
        detail: text(
            "相同的请求正在处理中，请稍候。",
            "The same request is still being worked on: wait a moment.",
        ),
        advice: text(
            "首个请求尚未完成。稍后以同一 `Idempotency-Key` 重试即可取得其结果。",
            "The first request under this key has not ended. Send it again with the same key in a moment and get its answer.",
        ),
    },
    Entry {
        code: "server.error",
        title: text("服务器内部错误", "Something went wrong"),
        detail: text(
            "服务器出现内部错误，请稍后再试。",
            "Something went wrong on the server: try again later.",
        ),
        advice: text(
            "这是服务器的缺陷。反馈时请附上 `request_id`。写操作可凭同一 `Idempotency-Key` 安全重试。",
            "A defect of the server. Report it with the `request_id`. A write can safely be repeated with the same `Idempotency-Key`.",
        ),
    },
    Entry {
        code: "server.unavailable",
        title: text("服务暂不可用", "Not available at the moment"),
        detail: text(
            "服务暂时不可用，请稍后再试。",
            "The service is not available at the moment: try again shortly.",
        ),
        advice: text(
            "所依赖的服务暂无响应。等待 `Retry-After` 所示秒数后重试。",
            "Something that the server needs does not answer. Try again after as many seconds as `Retry-After` says.",
        ),
    },
    Entry {
        code: "server.busy",
        title: text("服务器繁忙", "Busy"),
        detail: text("服务器繁忙，请稍后再试。", "The server is busy: try again shortly."),
        advice: text(
            "等待 `Retry-After` 所示秒数后重试，连续失败时请逐步延长间隔。",
            "Try again after as many seconds as `Retry-After` says, and wait longer each time.",
        ),
    },
];
