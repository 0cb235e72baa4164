package io.github.dingtalkinbox.service.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An HTTP/1.1 request.
 *
 * @param query still encoded; empty if there is none
 * @param headers by name in lower case
 */
record GatewayRequest(String method, String path, String query, Map<String, String> headers, String body) {
    private static final int LONGEST_HEAD = 16 * 1024;
    private static final int LONGEST_BODY = 64 * 1024;

    static GatewayRequest read(InputStream in) throws IOException {
        List<String> lines = head(in).lines().toList();
        String[] start = lines.isEmpty() ? new String[0] : lines.get(0).split(" ", -1);
        if (start.length != 3) {
            throw new IOException("Not HTTP");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            String[] nameAndValue = line.split(":", 2);
            headers.put(nameAndValue[0].toLowerCase(Locale.ROOT), nameAndValue[nameAndValue.length - 1].strip());
        }
        String[] target = start[1].split("\\?", 2);
        return new GatewayRequest(start[0], target[0], target.length == 2 ? target[1] : "", headers, body(in, headers));
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** A parameter of the query, decoded; empty if it is not there. */
    String parameter(String name) {
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), UTF_8);
            }
        }
        return "";
    }

    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        int ends = 0;
        while (ends < 2) {
            int b = in.read();
            if (b < 0 || head.size() >= LONGEST_HEAD) {
                throw new EOFException("The head of the request has no end");
            }
            head.write(b);
            ends = b == '\n' ? ends + 1 : b == '\r' ? ends : 0;
        }
        return head.toString(ISO_8859_1).strip();
    }

    private static String body(InputStream in, Map<String, String> headers) throws IOException {
        try {
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            if (length > LONGEST_BODY) {
                throw new IOException("The body of the request is too long");
            }
            return new String(in.readNBytes(length), UTF_8);
        } catch (NumberFormatException e) {
            throw new IOException("Content-Length is not a number", e);
        }
    }
}
