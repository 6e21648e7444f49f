//! What the renderer makes of what people write, well-meant and not.

mod hostile;
mod limits;
mod safe;

use std::sync::LazyLock;

use super::*;
use forum_domain::content::Format::{Html, Markdown, Plain};

/// The renderer's work, without its threads.
static RENDERER: LazyLock<Policy> = LazyLock::new(|| Policy { sanitiser: policy::sanitiser() });

/// Renders, and sees that the HTML is safe and at rest, as each must be.
fn render(format: Format, source: &str) -> Rendered {
    let rendered = RENDERER.render(format, source);
    safe::assert_safe(&rendered.html, source);
    let again = RENDERER.render(Html, &rendered.html);
    assert_eq!(again, rendered, "of {source:?}");
    rendered
}

fn html(format: Format, source: &str) -> String {
    render(format, source).html
}

#[test]
fn what_editors_write_survives() {
    let written = concat!(
        "<h2>标题</h2>",
        r#"<p style="text-align: center; line-height: 16px;"><img src="http://a.cn/1.png" title="t" alt="图" "#,
        r#"width="300" height="200" border="0" vspace="0" style="width:300px"/></p>"#,
        r#"<p style="text-indent:2em"><span style="text-decoration: underline; color: #f00">下划线</span></p>"#,
        r#"<table data-sort="sortDisabled"><tbody><tr class="firstRow"><td width="200" valign="top" "#,
        r#"colspan="2" style="word-break: break-all;">格</td></tr></tbody></table>"#,
        r#"<ol class="list-paddingleft-2" start="3"><li><p>一</p></li></ol><hr/>"#,
        r#"<pre class="brush:cpp;toolbar:false">a &lt; b</pre>"#,
        r#"<p><a href="/upload/a.pdf" target="_blank" title="a.pdf" textvalue="x">a.pdf</a></p>"#,
    );
    let kept = concat!(
        "<h2>标题</h2>",
        r#"<p style="text-align:center"><img src="http://a.cn/1.png" title="t" alt="图" "#,
        r#"width="300" height="200" loading="lazy"></p>"#,
        r#"<p style="text-indent:2em"><span style="text-decoration:underline">下划线</span></p>"#,
        r#"<table><tbody><tr><td width="200" valign="top" colspan="2">格</td></tr></tbody></table>"#,
        r#"<ol start="3"><li><p>一</p></li></ol><hr><pre>a &lt; b</pre>"#,
        r#"<p><a href="/upload/a.pdf" title="a.pdf" rel="nofollow ugc noopener">a.pdf</a></p>"#,
    );
    assert_eq!(html(Html, written), kept);
}

#[test]
fn markdown_has_tables_strikethrough_tasks_and_code() {
    let written = "# 标题\n\n~~a~~ <https://a.cn>\n\n- [ ] b\n- [x] c\n\n|d|e|\n|:-:|-|\n|1|2|\n\n```rust\nfn f() {}\n```";
    let kept = concat!(
        "<h1>标题</h1>\n",
        r#"<p><del>a</del> <a href="https://a.cn" rel="nofollow ugc noopener">https://a.cn</a></p>"#,
        "\n<ul>\n<li>☐ b</li>\n<li>☑ c</li>\n</ul>\n",
        r#"<table><thead><tr><th style="text-align:center">d</th><th>e</th></tr></thead><tbody>"#,
        "\n",
        r#"<tr><td style="text-align:center">1</td><td>2</td></tr>"#,
        "\n</tbody></table>\n<pre><code class=\"language-rust\">fn f() {}\n</code></pre>",
    );
    assert_eq!(html(Markdown, written), kept);
}

#[test]
fn html_within_markdown_meets_the_same_policy() {
    let written = "a <b onclick=x()>b</b>\n\n<div style=color:red>c</div>\n\n[d](javascript:x) ![e](data:image/png;base64,AA)";
    let kept = concat!(
        "<p>a <b>b</b></p>\n<div>c</div>\n",
        r#"<p><a rel="nofollow ugc noopener">d</a> <img alt="e" loading="lazy"></p>"#
    );
    assert_eq!(html(Markdown, written), kept);
}

#[test]
fn plain_text_is_never_markup() {
    assert_eq!(html(Plain, "1 < 2 & <b>\n# 3\n\n*4*"), "<p>1 &lt; 2 &amp; &lt;b&gt;<br># 3</p><p>*4*</p>");
}

#[test]
fn an_address_is_of_the_web_or_a_path_of_this_site() {
    for (address, kept) in [
        ("https://a.cn/?b=1&amp;c=2#d", Some("https://a.cn/?b=1&amp;c=2#d")),
        ("HTTP://a.cn", Some("HTTP://a.cn")),
        ("/media/a.png", Some("/media/a.png")),
        ("//a.cn/b.png", Some("https://a.cn/b.png")),
        ("/\\a.cn/b.png", Some("https://a.cn/b.png")),
        ("b.png", None),
        ("#top", None),
        ("ftp://a.cn/b", None),
        ("tel:110", None),
        ("blob:https://a.cn/b", None),
        ("file:///etc/passwd", None),
    ] {
        let link = format!("<a href=\"{address}\">x</a><img src=\"{address}\" alt=\"y\">");
        let (href, src) = match kept {
            Some(kept) => (format!("href=\"{kept}\" "), format!("src=\"{kept}\" ")),
            None => (String::new(), String::new()),
        };
        let expected =
            format!("<a {href}rel=\"nofollow ugc noopener\">x</a><img {src}alt=\"y\" loading=\"lazy\">");
        assert_eq!(html(Html, &link), expected);
    }
    let mail = html(Html, "<a href=mailto:a@b.cn>x</a><img src=mailto:a@b.cn>");
    assert_eq!(mail, "<a href=\"mailto:a@b.cn\" rel=\"nofollow ugc noopener\">x</a><img loading=\"lazy\">");
}

#[test]
fn only_a_language_of_code_keeps_its_class() {
    for (class, kept) in [
        ("language-c++", Some("language-c++")),
        ("a language-rust b language-c", Some("language-rust")),
        ("language-", None),
        ("language-a(b", None),
        ("btn-admin", None),
    ] {
        let kept = kept.map(|kept| format!(" class=\"{kept}\"")).unwrap_or_default();
        let written = format!("<p class=\"{class}\" id=x><code class=\"{class}\" name=y>z</code></p>");
        assert_eq!(html(Html, &written), format!("<p><code{kept}>z</code></p>"));
    }
}

#[test]
fn html_that_leaves_out_end_tags_means_what_it_means_to_a_browser() {
    for (written, kept) in [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<ul><li>a<li><p>b<ul><li>c</ul>d</ul>", "<ul><li>a</li><li><p>b</p><ul><li>c</li></ul>d</li></ul>"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
        (
            "<table><tr><th>a<td>b<tr><td>c</table>d",
            "<table><tbody><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></tbody></table>d",
        ),
        ("<p>a<h2>b</h2>c</p>", "<p>a</p><h2>b</h2>c"),
        ("<ruby>漢<rt>kan<rt>字</ruby>", "<ruby>漢<rt>kan</rt><rt>字</rt></ruby>"),
        ("<b>a<i>b</b>c", "<b>a<i>b</i></b>c"),
        ("a</p>b</div>c", "abc"),
        ("<td>a</td>b", "ab"),
        ("<pre>\n\n\n  a\n\n</pre>", "<pre>  a\n\n</pre>"),
        ("<form><fieldset>a</fieldset><textarea>b</textarea></form><x-y>c</x-y>", "abc"),
    ] {
        assert_eq!(html(Html, written), kept, "of {written:?}");
    }
}

#[test]
fn text_between_cells_stays_in_the_table() {
    assert_eq!(
        html(Html, "<table>a<tr>b<td>c</td></tr></table>"),
        "<table><tbody><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr></tbody></table>"
    );
}

#[test]
fn nothing_to_see_is_blank() {
    for source in [
        "",
        "<p></p>",
        "<script>x</script>",
        "<style>x</style><title>y</title>",
        "&nbsp;",
        "<p>&#8203;\u{FEFF}<br>&#xAD;</p>",
        "<!-- x -->",
        "<hr><table><tr><td></table>",
        "<img>",
        "<img src='javascript:x' alt='y'>",
    ] {
        assert!(render(Html, source).blank, "{source:?}");
    }
    for source in ["[a]: https://b.cn", "---", "> \n>", "<!-- x -->", "- \n-"] {
        assert!(render(Markdown, source).blank, "{source:?}");
    }
    assert!(render(Plain, "\u{200B}\n \u{2800}").blank);
    for (format, source) in [
        (Html, "<img src=/a.png>"),
        (Markdown, "![](https://a.cn/b.png)"),
        (Html, "<p>\u{200B}好</p>"),
        (Plain, "."),
        (Html, "&lt;script&gt;"),
    ] {
        assert!(!render(format, source).blank, "{source:?}");
    }
}

#[test]
fn an_excerpt_is_the_text_with_its_blocks_parted() {
    for (format, source, excerpt) in [
        (Html, "<h1>a</h1><p>b<b>c</b><br>d</p><ul><li>e<li>f</ul>", "a bc d e f"),
        (Html, "<p>1 &lt; 2 &amp;amp; &copy;&nbsp;x</p><script>y</script>", "1 < 2 &amp; © x"),
        (Html, "<table><tr><td>a<td>b<tr><td>c</table>", "a b c"),
        (Markdown, "# a\nb *c*d `e`\n\n> f", "a b cd e f"),
        (Plain, "a\n\n\nb <i>", "a b <i>"),
    ] {
        assert_eq!(render(format, source).excerpt, excerpt);
    }
    let long = render(Html, &format!("<p>{}</p>", "长".repeat(1000))).excerpt;
    assert_eq!(long, format!("{}…", "长".repeat(rules::EXCERPT - 1)));
}

#[test]
fn a_large_source_is_rendered_off_the_async_workers() {
    let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let renderer = HtmlRenderer::new();
        for (size, at_once) in [(100, true), (SMALL, true), (SMALL + 1, false)] {
            // The one thread for long work is taken: who is done nevertheless did it here.
            let (free, taken) = std::sync::mpsc::channel::<()>();
            let taker = tokio::task::spawn_blocking(move || taken.recv());
            let source = "a".repeat(size);
            let mut rendering = renderer.render(Plain, &source);
            let first = tokio::select! {
                biased;
                rendered = &mut rendering => Some(rendered),
                () = std::future::ready(()) => None,
            };
            assert_eq!(first.is_some(), at_once, "{size}");
            free.send(()).unwrap();
            taker.await.unwrap().unwrap();
            let rendered = match first {
                Some(rendered) => rendered,
                None => rendering.await,
            };
            assert_eq!(rendered.unwrap().html.len(), size + "<p></p>".len());
        }
    });
}
