FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /linli ./cmd/linli \
 && mkdir -p /empty/data /empty/tmp && chmod 1777 /empty/tmp \
 && cp "$(go env GOROOT)/lib/time/zoneinfo.zip" /zoneinfo.zip

# Static and without a shell, so it brings no stores of its own: name them by
# DATABASE_URL and REDIS_URL.
FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /zoneinfo.zip /zoneinfo.zip
COPY --from=build --chown=65532:65532 /empty/ /
COPY --from=build /linli /linli
ENV HTTP_ADDR=:8080 LINLI_DATA=/data ZONEINFO=/zoneinfo.zip
EXPOSE 8080
VOLUME /data
USER 65532:65532
ENTRYPOINT ["/linli"]
CMD ["serve"]
