//! What a request must be like before anybody looks at what it asks for.
//!
//! RFC 9112 names requests that a proxy and a server may read differently, which lets one
//! visitor's request be answered to another. hyper refuses most of them; these rules add the
//! rest. What hyper does not tell is a `Content-Length` beside a `Transfer-Encoding`: it follows
//! the latter and hides the former. So the bytes themselves are asked; where they are not known,
//! for they are not kept of requests that need no body, a `Transfer-Encoding` is refused.

use axum::http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::http::request::Parts;
use axum::http::uri::{PathAndQuery, Scheme};
use axum::http::{HeaderMap, Method, StatusCode, Uri, Version};

/// Checks a request and writes its target as a path, whatever form it came in. Of what it is
/// made is known from its bytes, where these were kept.
///
/// # Errors
/// With the status it is refused with.
pub(super) fn check(request: &mut Parts, bytes: &[u8]) -> Result<(), StatusCode> {
    if request.headers.contains_key(TRANSFER_ENCODING) && (bytes.is_empty() || tells_length(bytes))
    {
        return Err(StatusCode::BAD_REQUEST);
    }
    if !names_one_host(&request.headers, request.version) {
        return Err(StatusCode::BAD_REQUEST);
    }
    if request.method == Method::CONNECT {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    let uri = &request.uri;
    let path = uri.path_and_query().filter(|path| path.as_str().starts_with('/'));
    match (uri.scheme(), uri.authority(), path) {
        (None, None, Some(_)) => Ok(()),
        // Written for a proxy. It means the same; which host it names does not matter here.
        (Some(scheme), Some(_), path) if *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS => {
            let path = path.cloned().unwrap_or(PathAndQuery::from_static("/"));
            request.uri = Uri::from(path);
            Ok(())
        }
        _ => Err(StatusCode::BAD_REQUEST),
    }
}

/// Whether the head of a request, which more may follow, has a `Content-Length`.
fn tells_length(bytes: &[u8]) -> bool {
    let name = CONTENT_LENGTH.as_str().as_bytes();
    bytes
        .split(|byte| *byte == b'\n')
        // Empty lines may stand before the first one, too.
        .skip_while(|line| line.trim_ascii().is_empty())
        .take_while(|line| !line.trim_ascii().is_empty())
        .any(|line| line.get(..name.len()).is_some_and(|field| field.eq_ignore_ascii_case(name)))
}

/// Whether there is exactly one `Host`, which before HTTP/1.1 may be missing, and it is one.
fn names_one_host(headers: &HeaderMap, version: Version) -> bool {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => is_host(host.as_bytes()),
        (None, _) => version == Version::HTTP_10,
        _ => false,
    }
}

/// Whether a byte may stand in a host's name.
const fn is_in_names(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'!' | b'$'..=b'.' | b';' | b'=' | b'_' | b'~')
}

/// Whether this is a host by name or number, perhaps with a port (RFC 3986, section 3.2.2).
fn is_host(text: &[u8]) -> bool {
    let (name, port) = match text {
        [b'[', ..] => {
            let Some(end) = text.iter().position(|byte| *byte == b']') else { return false };
            let (name, rest) = text.split_at(end);
            let is_number = name.len() > 1
                && name.iter().skip(1).all(|byte| byte.is_ascii_hexdigit() || b":.".contains(byte));
            if !is_number {
                return false;
            }
            match rest {
                [b']'] => return true,
                [b']', b':', port @ ..] => (name, port),
                _ => return false,
            }
        }
        _ => {
            let end = text.iter().position(|byte| !is_in_names(*byte)).unwrap_or(text.len());
            let (name, rest) = text.split_at(end);
            match rest {
                [] => (name, rest),
                [b':', port @ ..] => (name, port),
                _ => return false,
            }
        }
    };
    !name.is_empty() && port.len() <= 5 && port.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;

    #[test]
    fn a_host_is_a_name_or_a_number_perhaps_with_a_port() {
        for good in [
            "gallery.example",
            "GALLERY",
            "127.0.0.1:8080",
            "x:",
            "[::1]",
            "[::ffff:127.0.0.1]:80",
            "xn--fiqs8s.example",
            "a_b.example",
        ] {
            assert!(is_host(good.as_bytes()), "{good}");
        }
        for bad in [
            "",
            ":80",
            "a b",
            "a/b",
            "a:b",
            "a:80:80",
            "a:123456",
            "user@host",
            "[",
            "[]",
            "[::1",
            "[::1]x",
            "[g]",
            "http://a",
            "a,b c",
            "\"a\"",
            "<a>",
            "海",
            "a?b",
            "a#b",
            "a\\b",
        ] {
            assert!(!is_host(bad.as_bytes()), "{bad}");
        }
    }

    fn checked(target: &str, headers: &[(&str, &str)], version: Version) -> Result<String, u16> {
        let mut request = Request::builder().uri(target).version(version);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        check(&mut parts, b"").map(|()| parts.uri.to_string()).map_err(|status| status.as_u16())
    }

    #[test]
    fn every_request_names_one_host_unless_it_is_older_than_that_rule() {
        let one = ("host", "a.example");
        assert_eq!(checked("/x?y", &[one], Version::HTTP_11).as_deref(), Ok("/x?y"));
        assert_eq!(checked("/x", &[], Version::HTTP_10).as_deref(), Ok("/x"));
        assert_eq!(checked("/x", &[], Version::HTTP_11), Err(400));
        assert_eq!(checked("/x", &[one, one], Version::HTTP_11), Err(400));
        assert_eq!(checked("/x", &[one, one], Version::HTTP_10), Err(400));
        assert_eq!(checked("/x", &[("host", "a/b")], Version::HTTP_10), Err(400));
    }

    #[test]
    fn a_target_is_a_path_in_the_end() {
        let one = [("host", "a.example")];
        let checked = |target| checked(target, &one, Version::HTTP_11);
        assert_eq!(checked("http://other.example/x?y=1").as_deref(), Ok("/x?y=1"));
        assert_eq!(checked("HTTPS://other.example").as_deref(), Ok("/"));
        for bad in ["*", "other.example:80", "ftp://other.example/x"] {
            assert_eq!(checked(bad), Err(400), "{bad}");
        }
    }

    #[test]
    fn a_length_is_told_in_the_head_or_not_at_all() {
        for head in [
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n",
            "POST / HTTP/1.1\ncontent-LENGTH:1\n\n",
            "\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n",
        ] {
            assert!(tells_length(head.as_bytes()), "{head}");
        }
        for head in [
            "POST / HTTP/1.1\r\nHost: x\r\n\r\nContent-Length: 1\r\n",
            "POST / HTTP/1.1\r\nX-Content-Length: 1\r\n\r\n",
            "POST /Content-Length: HTTP/1.1\r\n\r\n",
        ] {
            assert!(!tells_length(head.as_bytes()), "{head}");
        }
    }

    #[test]
    fn a_body_in_chunks_is_taken_only_where_nothing_else_tells_its_length() {
        let head = |fields: &str| format!("POST / HTTP/1.1\r\nHost: x\r\n{fields}\r\n");
        let checked = |bytes: &str| {
            let request = Request::builder().header("host", "x").uri("/");
            let request = request.header("transfer-encoding", "chunked").body(()).unwrap();
            check(&mut request.into_parts().0, bytes.as_bytes())
        };
        let bad = Err(StatusCode::BAD_REQUEST);
        assert_eq!(checked(&head("Transfer-Encoding: chunked\r\n")), Ok(()));
        assert_eq!(checked(&head("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")), bad);
        assert_eq!(checked(""), bad, "of what is not known nothing is assumed");
    }
}
