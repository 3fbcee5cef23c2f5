FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /linli ./cmd/linli \
 && mkdir -p /empty/data /empty/tmp && chmod 1777 /empty/tmp

# Static and without a shell, so it brings no stores of its own: name them by
# DATABASE_URL and REDIS_URL. Time zones are in the binary.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build --chown=65532:65532 /empty/ /
COPY --from=build /linli /linli
ENV HTTP_ADDR=:8080 LINLI_DATA=/data
EXPOSE 8080
VOLUME /data
USER 65532:65532
# The start may wait for another replica's migrations.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=3 CMD ["/linli", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/linli"]
CMD ["serve"]
