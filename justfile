# Short names for what is typed often. Without `just`, type the line under the name.

# The forum on http://127.0.0.1:8888, on an embedded database under data/.
run *args:
    cargo run -- {{args}}

# Every test, on private PostgreSQL and Redis instances.
test *args:
    cargo xtask test -- {{args}}

# The rules alone: needs nothing and takes seconds.
test-domain *args:
    cargo test --package forum-domain {{args}}

# The fastest answer to "does it compile?"
check:
    cargo check --workspace --all-targets --all-features

fmt:
    cargo fmt --all

lint:
    cargo clippy --workspace --all-targets --all-features -- -D warnings

doc:
    RUSTDOCFLAGS=-Dwarnings cargo doc --workspace --no-deps

# Writes openapi/ anew; `just openapi --check` only compares.
openapi *args:
    cargo xtask openapi {{args}}

# One load test of the dist build on durable private services.
bench name *args:
    cargo xtask bench {{name}} {{args}}

# PostgreSQL and Redis to develop against, until Ctrl-C.
services *args:
    cargo xtask services {{args}}

# Everything that must hold before a merge.
ci:
    .ci/run
