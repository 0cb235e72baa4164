package io.github.dingtalkinbox.bench.http;

/** What came back. */
record Reply(int status, String body) {
    boolean isOk() {
        return status == 200;
    }
}
