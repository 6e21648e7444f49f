//! What may be served, said a second time and by another parser: the sanitiser's mistakes are not repeated.

use html5ever::{ParseOpts, QualName, local_name, ns, parse_fragment, tendril::TendrilSink};
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use url::Url;

const ELEMENTS: &str = " a abbr article aside b bdi big blockquote br caption center cite code col colgroup dd \
    del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p \
    pre q rp rt ruby s samp section small span strike strong sub summary sup table tbody td tfoot th thead tr tt \
    u ul var wbr ";

/// Fails unless a page of any kind can take the HTML in.
pub(super) fn assert_safe(html: &str, source: &str) {
    for place in [local_name!("div"), local_name!("body"), local_name!("td"), local_name!("p")] {
        let place = QualName::new(None, ns!(html), place);
        let dom = parse_fragment(RcDom::default(), ParseOpts::default(), place, Vec::new(), true).one(html);
        let root = dom.document.children.borrow()[0].clone();
        let mut nodes: Vec<Handle> = root.children.borrow().clone();
        while let Some(node) = nodes.pop() {
            if let Err(fault) = node_is_safe(&node) {
                panic!("{fault}: {html:?} of {source:?}");
            }
            nodes.extend(node.children.borrow().iter().cloned());
        }
    }
}

fn node_is_safe(node: &Handle) -> Result<(), String> {
    match &node.data {
        NodeData::Text { .. } => Ok(()),
        NodeData::Element { name, attrs, .. } if name.ns == ns!(html) => {
            let element = &*name.local;
            if !ELEMENTS.contains(&format!(" {element} ")) {
                return Err(format!("an element {element}"));
            }
            let attrs = attrs.borrow();
            if element == "a" && !attrs.iter().any(|attr| &*attr.name.local == "rel") {
                return Err("a link that vouches".into());
            }
            match attrs.iter().find(|attr| !attribute_is_safe(element, &attr.name.local, &attr.value)) {
                Some(attr) => Err(format!("an attribute {}={:?} of {element}", attr.name.local, attr.value)),
                None => Ok(()),
            }
        }
        other => Err(format!("{other:?}")),
    }
}

fn attribute_is_safe(element: &str, name: &str, value: &str) -> bool {
    match (element, name) {
        ("a", "rel") => value == "nofollow ugc noopener",
        ("a", "href") => address_is_safe(value, &["http", "https", "mailto"]),
        ("img", "src") => address_is_safe(value, &["http", "https"]),
        ("img", "loading") => value == "lazy",
        ("img", "alt" | "title") | ("a" | "abbr", "title") => true,
        ("code", "class") => value
            .strip_prefix("language-")
            .is_some_and(|name| !name.contains([' ', '"', '\'', '<', '(', ':', '/'])),
        (_, "style") => value.split(';').all(|declaration| {
            matches!(
                declaration,
                "text-align:left"
                    | "text-align:center"
                    | "text-align:right"
                    | "text-align:justify"
                    | "text-decoration:underline"
                    | "text-decoration:line-through"
                    | "text-indent:2em"
            )
        }),
        (_, "align" | "valign" | "dir") => value.len() < 9 && value.bytes().all(|b| b.is_ascii_alphabetic()),
        ("ol", "type") => value.len() == 1,
        (_, "width" | "height" | "colspan" | "rowspan" | "span" | "start" | "value") => {
            value.len() < 12 && value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'%' | b'-' | b'+'))
        }
        _ => false,
    }
}

fn address_is_safe(address: &str, schemes: &[&str]) -> bool {
    match Url::parse(address) {
        Ok(url) => schemes.contains(&url.scheme()),
        Err(_) => {
            // As a browser understands it: of the page's own host.
            let page = Url::parse("https://forum.example/posts/1").unwrap();
            let host = page.join(address).ok().and_then(|url| url.host_str().map(str::to_owned));
            address.starts_with('/') && host.as_deref() == page.host_str()
        }
    }
}
