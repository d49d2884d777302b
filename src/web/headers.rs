//! Headers every answer carries, errors too. Only a 304 does not: it stands for an answer the client
//! has, which keeps those it came with.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;

/// On a page nothing but our own files runs, is shown or is contacted; nobody frames us.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; media-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'";

/// What every answer carries.
const ALWAYS: [(HeaderName, &str); 2] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// What a page carries. So does a sample, which browsers open in a page of their own, and an
/// answer that does not say what it is.
const OF_PAGES: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
];

/// What everything else carries: a drawing, a style sheet or data load nothing, whoever opens
/// them. Pages need several of these, so they are kept short.
const OF_OTHERS: [(HeaderName, &str); 1] = [(
    header::CONTENT_SECURITY_POLICY,
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)];

/// Gives an answer its headers.
pub(super) fn complete(response: &mut Response) {
    if response.status() != StatusCode::NOT_MODIFIED {
        set(response.headers_mut());
    }
}

/// Sets them.
pub(super) fn set(headers: &mut HeaderMap) {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_other = kind.is_some_and(|kind| {
        let others: [&[u8]; 3] = [b"text/", b"application/", b"image/svg+xml"];
        others.into_iter().any(|other| kind.starts_with(other)) && !kind.starts_with(b"text/html")
    });
    let further = if is_other { &OF_OTHERS[..] } else { &OF_PAGES[..] };
    for (name, value) in ALWAYS.iter().chain(further) {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Whoever wants an answer kept says so.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}

/// What a page carries that other sites may show in a frame: it runs nothing.
const FRAMED: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; \
    form-action 'none'; frame-ancestors *";

/// Lets other sites show an answer, as a picture or in a frame, and their scripts read it.
pub(super) fn open(headers: &mut HeaderMap) {
    headers.remove(header::X_FRAME_OPTIONS);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FRAMED));
    for_other_sites(headers);
}

/// Sets what lets pages of other sites read an answer. What programs ask is the same for everybody,
/// so there is nothing that such a page could learn by asking in its visitor's place.
pub(super) fn for_other_sites(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    let exposed = HeaderValue::from_static("etag, link, content-revision, retry-after");
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("cross-origin"));
}

/// What a proxy was asked over. Asked of every request, so its name is not read each time.
static FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Whether a proxy says that it was asked over TLS.
pub(super) fn is_by_tls(request: &HeaderMap) -> bool {
    request
        .get(&FORWARDED_PROTO)
        .is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"))
}

/// Sets what means something only over TLS, where browsers are told to keep to it. Without, they
/// complain of it.
pub(super) fn over_tls(headers: &mut HeaderMap) {
    let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
    headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    headers.insert(opener, HeaderValue::from_static("same-origin"));
}
