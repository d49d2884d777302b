# A cache before three replicas, for Varnish 6 and 7. Start it with `-p http_gzip_support=off`:
# replicas pack better than Varnish would, and in Brotli, too.
vcl 4.1;

import directors;
import std;

probe ready {
    .url = "/readyz";
    .interval = 1s;
    .timeout = 1s;
    .window = 3;
    .threshold = 2;
    .initial = 2;
}

backend one   { .host = "10.0.0.1"; .port = "8080"; .probe = ready; .connect_timeout = 1s; }
backend two   { .host = "10.0.0.2"; .port = "8080"; .probe = ready; .connect_timeout = 1s; }
backend three { .host = "10.0.0.3"; .port = "8080"; .probe = ready; .connect_timeout = 1s; }

sub vcl_init {
    new replicas = directors.round_robin();
    replicas.add_backend(one);
    replicas.add_backend(two);
    replicas.add_backend(three);
}

sub vcl_recv {
    set req.backend_hint = replicas.backend();
    if (req.url == "/readyz") {
        return (synth(404));
    }
    # Browsers write what they take in many ways; kept are three.
    if (req.http.accept-encoding ~ "(?i)\bbr\b") {
        set req.http.accept-encoding = "br";
    } elsif (req.http.accept-encoding ~ "(?i)\bgzip\b") {
        set req.http.accept-encoding = "gzip";
    } else {
        unset req.http.accept-encoding;
    }
    # Pages are Markdown to those who name it here, if they like it better. All others get the same.
    if (req.http.accept !~ "(?i)text/(markdown|event-stream)") {
        set req.http.accept = "*/*";
    }
    # There are none, and Varnish would not keep an answer to a request that has some.
    unset req.http.cookie;
    # While a replica is well, what is old is shown for five seconds and no longer.
    if (std.healthy(req.backend_hint)) {
        set req.grace = 5s;
    }
}

sub vcl_backend_fetch {
    if (bereq.retries > 0) {
        set bereq.backend = replicas.backend();
    }
}

sub vcl_backend_response {
    if (beresp.status >= 500 && bereq.retries < 4) {
        return (retry);
    }
    # For the day when no replica is well.
    if (beresp.ttl > 0s) {
        set beresp.grace = 1d;
        set beresp.keep = 1d;
    }
}

sub vcl_backend_error {
    if (bereq.retries < 4) {
        return (retry);
    }
}

sub vcl_deliver {
    if (obj.hits > 0) {
        set resp.http.x-cache = "HIT";
    } else {
        set resp.http.x-cache = "MISS";
    }
}
