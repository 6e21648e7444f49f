//! Uploaded images.

use super::{Entry, text};

/// The entries of this subject.
pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: "media.not_found",
        title: text("图片不存在", "No such image"),
        detail: text(
            "该图片不存在、已被删除，或链接已失效。",
            "The image does not exist, was deleted, or its address has lapsed.",
        ),
        advice: text(
            "成员专属图片的链接带有签名，最长一小时后失效：请重新读取帖子的 `body_html` 或该图片的 `url`。",
            "The address of an image for members is signed and lapses within an hour: read `body_html` or the image's `url` again.",
        ),
    },
    Entry {
        code: "media.too_large",
        title: text("文件过大", "The file is too large"),
        detail: text("文件超过了允许的大小。", "The file is larger than one may be."),
        advice: text(
            "默认上限为 10 MiB。上传前可先压缩或缩小图片。",
            "The limit is 10 MiB unless the operator set another. Shrink the image before it is sent.",
        ),
    },
    Entry {
        code: "media.unsupported",
        title: text("不支持的文件", "Not an image of a known format"),
        detail: text(
            "仅支持 PNG、JPEG、GIF 和 WebP 图片。",
            "Only PNG, JPEG, GIF and WebP images are taken.",
        ),
        advice: text(
            "格式由文件内容决定，与文件名无关。SVG、HTML 以及夹带网页、脚本或压缩包的图片均不接受。",
            "What counts is the file's content, not its name. SVG and HTML are not taken, nor are images with a page, a script or an archive in them.",
        ),
    },
    Entry {
        code: "media.damaged",
        title: text("图片已损坏", "The image is damaged"),
        detail: text(
            "图片无法读取，可能已损坏或不完整。",
            "The image cannot be read: it is damaged, or not whole.",
        ),
        advice: text(
            "请用图片软件重新保存后再上传。",
            "Save it again with an image program and upload that.",
        ),
    },
    Entry {
        code: "media.too_many_pixels",
        title: text("图片尺寸过大", "The image has too many pixels"),
        detail: text(
            "图片像素过多，请缩小后再上传。",
            "The image has too many pixels: make it smaller and upload it again.",
        ),
        advice: text(
            "上限为 4000 万像素；动图所有帧合计不超过 2 亿像素。",
            "At most 40 megapixels; all frames of an animation together at most 200.",
        ),
    },
    Entry {
        code: "media.too_many_frames",
        title: text("动图帧数过多", "The animation has too many frames"),
        detail: text(
            "动图帧数过多，请减少帧数后再上传。",
            "The animation has too many frames: leave some out and upload it again.",
        ),
        advice: text("上限为 200 帧。", "At most 200 frames."),
    },
    Entry {
        code: "media.quota_exceeded",
        title: text("上传空间已满", "No room is left for uploads"),
        detail: text(
            "您的上传空间已满，请先删除不再需要的图片。",
            "Your uploads take all the room you have: delete some first.",
        ),
        advice: text(
            "默认每人 1 GiB。`listMyMedia` 列出已上传的图片，`deleteMedia` 释放空间。",
            "Everyone has 1 GiB unless the operator set another. `listMyMedia` shows what takes it, `deleteMedia` gives it back.",
        ),
    },
];
