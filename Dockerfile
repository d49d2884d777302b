# Built and run in docs/container.md; tests/container carries these steps out.

FROM rust:1-slim-bookworm AS build
WORKDIR /build
COPY . .
# Downloads and compiled dependencies stay in caches, so that the next build compiles what changed.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked \
    && cp target/release/prompt-gallery prompt-gallery

FROM debian:bookworm-slim
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin gallery \
    && install --directory --owner=10001 --group=10001 /data
WORKDIR /srv/gallery
COPY --from=build /build/prompt-gallery /usr/local/bin/prompt-gallery
COPY seeds seeds
ENV GALLERY_LISTEN=0.0.0.0:8080 \
    GALLERY_DATABASE=/data/gallery.db \
    GALLERY_SEEDS=/srv/gallery/seeds
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["prompt-gallery", "health"]
ENTRYPOINT ["prompt-gallery"]
CMD ["serve"]
