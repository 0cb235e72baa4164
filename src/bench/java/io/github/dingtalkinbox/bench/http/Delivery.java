package io.github.dingtalkinbox.bench.http;

import java.nio.ByteBuffer;

/**
 * A callback, ready to be sent.
 *
 * @param request the whole HTTP request
 */
record Delivery(Callback callback, ByteBuffer request) {}
