# A node in a container: one static program, no shell, a user who is not root.
# docs/running.md says how to use it.

ARG GO_VERSION=1.26
FROM golang:${GO_VERSION} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -buildvcs=true -o lunarium .
# What the program finds in its file system: certificates of others, a place for
# temporary files, one for what it keeps, one for the services.
RUN mkdir -p /root-of-node/etc/ssl/certs /root-of-node/data /root-of-node/services \
 && mkdir -m 1777 /root-of-node/tmp \
 && cp /etc/ssl/certs/ca-certificates.crt /root-of-node/etc/ssl/certs/ \
 && cp lunarium /root-of-node/lunarium \
 && chown 65532:65532 /root-of-node/data

FROM scratch
COPY --from=build /root-of-node /
USER 65532:65532
WORKDIR /data
VOLUME /data
EXPOSE 8000 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=6s --start-period=10s CMD ["/lunarium", "health", "127.0.0.1:8080"]
ENTRYPOINT ["/lunarium"]
CMD ["--no-shell", "--web", "127.0.0.1:8080", "--path", "/services", "--data", "/data", "main"]
