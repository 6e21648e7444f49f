//! What attackers write. Each is rendered in every format, alone and in company, and seen to be safe and at
//! rest; see `render`.

use super::*;

/// Known vectors, from the cheat sheets, from advisories of sanitisers and forums, and from what this
/// sanitiser could get wrong itself.
const VECTORS: &[&str] = &[
    // Scripts and handlers.
    "<script>alert(1)</script>",
    "<ScRiPt/src=//e.cn>",
    "<script\u{0}>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=\"/a\"onerror=alert(1)>",
    "<p onclick\u{c}=alert(1) onmouseover\n=\talert(1)>",
    "<details open ontoggle=alert(1)><summary>x",
    "<b <script>alert(1)</script>0",
    "<a href=/x \" onclick=alert(1) x=\">y</a>",
    "<img alt=\"`><script>alert(1)</script>\" title='\"><script>alert(1)</script>'>",
    // Addresses.
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\" &#1; java&#9;script&colon;alert(1)\">x</a>",
    "<a href='JaVaScRiPt&#58;alert(1)'>x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a><a href=\"javascript\u{0}:alert(1)\">x</a>",
    "<a href=vbscript:x>x</a><a href=data:text/html,x>x</a><a href=view-source:x>x</a>",
    "<a href=\"https:javascript:alert(1)\">x</a><a href=\"//javascript:alert(1)\">x</a>",
    "<a href=\"/\t/e.cn\">x</a><a href=\"/.//e.cn\">x</a><a href=\"\\\\e.cn\">x</a><a href=\"/\\e.cn\">x</a>",
    "<img src=data:image/svg+xml;base64,PHN2Zz4=><img src=javascript:alert(1)>",
    "<img src=/a srcset='javascript:alert(1) 1x, data:x 2x' sizes=1px lowsrc=javascript:x dynsrc=javascript:x>",
    "<picture><source srcset=data:x><img src=/a></picture>",
    "<a href=/a ping=//e.cn/log target=_blank download rel=opener>x</a>",
    "<blockquote cite=javascript:x><q cite=javascript:x><del cite=javascript:x>",
    "<table background=javascript:x><td background=javascript:x>",
    "<map name=a><area href=javascript:x></map><img usemap=#a src=/a>",
    "[x](javascript:alert(1)) [x](JAVASCRIPT&colon;alert(1)) <javascript:alert(1)> [x]( data:text/html,x )",
    "[x]: javascript:alert(1)\n\n[x] ![x]",
    "![x](/a\"onerror=\"alert(1)) ![x\"onerror=\"alert(1)](/a 't\"onerror=\"alert(1)')",
    "```\"><script>alert(1)</script>\nx\n```",
    "```language-x\"onclick=alert(1)\nx\n```",
    // Style.
    "<style>*{x:expression(alert(1))}</style><p style=\"x:expression(alert(1))\">",
    "<p style=\"background:url(javascript:x);position:fixed;text-align:center\">x",
    "<p style=\"text-align:center;text-align:url(javascript:x)\"><p style='text-align:center}'>",
    "<p style=\"text-\\61lign:cent/**/er;TEXT-ALIGN:CENTER !important\">",
    "<style><img src=\"</style><img src=x onerror=alert(1)>\">",
    // What loads, moves or asks.
    "<iframe src=javascript:x srcdoc='<script>alert(1)</script>'></iframe><frameset><frame src=x>",
    "<object data=javascript:x><param name=movie value=x><embed src=x></object><applet code=x>",
    "<link rel=stylesheet href=x><meta http-equiv=refresh content='0;url=javascript:x'><base href=//e.cn/>",
    "<form action=javascript:x><input name=password autofocus onfocus=x><button formaction=javascript:x>x",
    "<form><p><form><input type=checkbox disabled><select><option>x</select><textarea></form></form>y",
    "<video src=x onerror=x poster=javascript:x><source onerror=x></video><audio src=x onerror=x>",
    "<isindex action=javascript:x><keygen autofocus onfocus=x><bgsound src=javascript:x><layer src=x>",
    "<marquee onstart=x>x</marquee><dialog open onclose=x>x</dialog><portal src=x><slot name=x>",
    "<body onload=x><html onclick=x><head><title></title>",
    // Names that scripts of the page would find.
    "<img name=getElementById><form id=x><input name=parentNode></form><a id=currentUser name=cookie>x</a>",
    "<p id=app class=admin is=x-y slot=a part=b data-bind=x contenteditable accesskey=x tabindex=1>",
    "<code class=\"language-x onclick\">x</code><code class='language-\"><script>'>x</code>",
    // Namespaces, and what is parsed one way here and another way there.
    "<svg onload=alert(1)><script>alert(1)</script><a xlink:href=javascript:x><animate attributeName=href to=x>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><p><style><a title=\"</style><img src=x onerror=alert(1)>\">",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><![CDATA[<img src=x onerror=alert(1)>]]></svg><![CDATA[<script>alert(1)</script>]]>",
    "<svg><foreignObject><p><math><mtext><script>alert(1)</script>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><annotation-xml encoding=text/html><style><img src=x onerror=alert(1)></style></annotation-xml>",
    "<math href=javascript:x><maction actiontype=statusline xlink:href=javascript:x>x</maction></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<noembed><img title=\"</noembed><img src onerror=alert(1)>\"></noembed>",
    "<noframes><img title=\"</noframes><img src onerror=alert(1)>\"></noframes>",
    "<iframe><a title=\"</iframe><img src onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><svg/onload=alert(1)>\"></xmp><listing>&lt;img onerror=alert(1) src&gt;</listing>",
    "<title><a title=\"</title><img src=x onerror=alert(1)>\"><textarea><a title=\"</textarea><img onerror=x>\">",
    "<template><script>alert(1)</script><img src=x onerror=alert(1)></template>",
    "<select><template><style><!--</style><a rel=\"--></style></template></select><img onerror=x src>\">",
    "<select><selectedcontent><img src=x onerror=alert(1)></selectedcontent><option><p>x",
    "<table><caption><svg><title><table><td><img src=x onerror=alert(1)>",
    "<table><b><tr><p><a href=/x><td></b></a><i></table></i>x",
    "<p><table><p></table><p><table><a><td><a></table></a>",
    "<b><p><i></b></p>x</i><a><p><a></p>y</a>",
    "<br></br></p><hr></hr><image src=x onerror=x>",
    // Comments, ends that do not come, and texts that are none.
    "<!--><img src=x onerror=alert(1)>--><!--!> <img src=x onerror=alert(1)> --!>",
    "<!-- --!><script>alert(1)</script> --><!doctype html><?php x ?><!ENTITY x>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]--><comment><img src='</comment><img onerror=x>'>",
    "<a href=\"/x",
    "<img src='x' alt=\"",
    "x</",
    "<a title=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">&lt;script&gt;alert(1)&lt;/script&gt;",
    "&lt;img src=x onerror=alert(1)&gt; &#60script&#62 &amp;lt;script&amp;gt; &NotALetter; &#0; &#x110000;",
    "<plaintext><script>alert(1)</script>",
    "<pre>\n\n\r\n&#13;&#10;\n<b>\n</pre>\u{0}\u{1}\u{7f}\u{fffe}\r\r\n",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4- \u{2028}\u{202E} \u{FF1C}script\u{FF1E}",
    "> <b\n> onclick=alert(1)>x\n\n<div\n\nonclick=alert(1)>",
    "<x:script xmlns:x=http://www.w3.org/1999/xhtml>alert(1)</x:script>",
    "<p dir='\"onclick=x' align='expression(x)' width='1\"onclick=x' start=x value='-1e9' colspan=100000>",
];

#[test]
fn known_vectors_come_out_safe() {
    for vector in VECTORS {
        for format in [Html, Markdown, Plain] {
            render(format, vector);
        }
        for around in [
            format!("<table><tr><td>{vector}</table>"),
            format!("<svg>{vector}</svg>"),
            format!("<math><mtext>{vector}"),
            format!("<p title=\"{vector}\">"),
            format!("<ul><li><a href='/x'><pre>\n{vector}"),
        ] {
            render(Html, &around);
        }
    }
}

#[test]
fn known_vectors_in_chance_company_come_out_safe() {
    let mut chance = Chance(0x5EED);
    for _ in 0..300 {
        let source: String = (0..=chance.below(6)).map(|_| chance.of(VECTORS)).collect();
        // Cut anywhere: a tag that ends in the midst of another.
        let cut = (0..=chance.below(source.len())).rev().find(|at| source.is_char_boundary(*at));
        render(Html, &source);
        render(Markdown, &source[cut.unwrap_or(0)..]);
    }
}

/// What markup is made of, elements that are allowed and that are not, and what cuts them short.
const PIECES: &[&str] = &[
    "<p>",
    "</p>",
    "<b>",
    "</b>",
    "<i>",
    "</i>",
    "<a href=/x>",
    "</a>",
    "<div>",
    "</div>",
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<tbody>",
    "<caption>",
    "<col>",
    "<colgroup>",
    "<ul>",
    "<li>",
    "</ul>",
    "<dl>",
    "<dt>",
    "<dd>",
    "<pre>",
    "</pre>",
    "<code class=language-x>",
    "</code>",
    "<h1>",
    "</h2>",
    "<hr>",
    "<br>",
    "<img src=/x title=y>",
    "<ruby>",
    "<rt>",
    "<rp>",
    "<svg>",
    "</svg>",
    "<math>",
    "<mtext>",
    "<mglyph>",
    "<style>",
    "</style>",
    "<script>",
    "</script>",
    "<title>",
    "</title>",
    "<textarea>",
    "</textarea>",
    "<template>",
    "</template>",
    "<select>",
    "<option>",
    "<form>",
    "</form>",
    "<noscript>",
    "<iframe>",
    "<foreignObject>",
    "<annotation-xml encoding=text/html>",
    "<plaintext>",
    "<center>",
    "<details>",
    "<summary>",
    "<section>",
    "<p style='text-align:center' dir=rtl onclick=x align=left>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<",
    ">",
    "\"",
    "'",
    "&",
    "&lt;",
    "&gt;",
    "&amp;",
    "&#13;",
    "&nbsp;",
    "\n",
    "\r",
    " ",
    "\t",
    "\0",
    "x",
    "字",
    "=",
    "/",
    "*",
    "_",
    "`",
    "[",
    "](",
    ")",
    "> ",
    "- ",
    "#",
    "|",
    "~~",
    "    ",
    "1. ",
    "onerror=x",
    "javascript:",
    "//e.cn",
];

#[test]
fn chance_markup_comes_out_safe_and_at_rest() {
    let mut chance = Chance(0xF0_12_34);
    for _ in 0..400 {
        let source: String = (0..chance.below(40)).map(|_| chance.of(PIECES)).collect();
        render(Html, &source);
        render(Markdown, &source);
    }
}

/// The same numbers in each run (xorshift), so that a failure can be met again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    fn of<'a>(&mut self, pieces: &[&'a str]) -> &'a str {
        pieces[self.below(pieces.len())]
    }
}
