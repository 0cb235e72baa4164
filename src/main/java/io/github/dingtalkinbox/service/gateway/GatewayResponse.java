package io.github.dingtalkinbox.service.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/** An HTTP/1.1 response; but for an accepted WebSocket, the connection ends with it. */
record GatewayResponse(int status, String contentType, String body) {
    private static final String JSON = "application/json";
    /** RFC 6455, 1.3. */
    private static final String WEB_SOCKET = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    static GatewayResponse json(int status, Map<String, String> fields) {
        return new GatewayResponse(status, JSON, PlayedFrame.MAPPER.writeValueAsString(fields));
    }

    static GatewayResponse error(int status, String code, String message) {
        return json(status, Map.of("requestid", UUID.randomUUID().toString(), "code", code, "message", message));
    }

    static GatewayResponse authFailed() {
        return error(401, "authFailed", "鉴权失败");
    }

    byte[] bytes() {
        byte[] content = body.getBytes(UTF_8);
        String head = "HTTP/1.1 " + status + " \r\nContent-Type: " + contentType + "\r\nContent-Length: "
                + content.length + "\r\nConnection: close\r\n\r\n";
        return (head + body).getBytes(UTF_8);
    }

    static byte[] accepted(String key) {
        return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + acceptOf(key) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String acceptOf(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + WEB_SOCKET).getBytes(UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
