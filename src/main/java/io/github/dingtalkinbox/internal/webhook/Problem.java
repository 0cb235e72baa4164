package io.github.dingtalkinbox.internal.webhook;

/**
 * Why a request was refused, as RFC 9457 problem JSON. Says nothing that would help a forger: whatever is wrong with the
 * envelope is one and the same problem.
 *
 * @param detail may be empty
 */
record Problem(int status, String type, String title, String detail) {
    static final Problem NOT_AN_EVENT = new Problem(
            400,
            "not-an-event",
            "The decrypted text is not an event",
            "It must be a JSON object with a non-empty string EventType");
    static final Problem NOT_AUTHENTIC = new Problem(
            401,
            "not-authentic",
            "The callback is not authentic",
            "It was not signed and encrypted with the credentials of this app. The log of the receiver says more");
    static final Problem UNKNOWN_APP = new Problem(
            404,
            "unknown-app",
            "There is no such app",
            "The last part of the path must be the name of a configured app");
    static final Problem METHOD_NOT_ALLOWED = new Problem(
            405, "method-not-allowed", "Only POST is allowed", "This is the URL for DingTalk's event callbacks");
    static final Problem UNSUPPORTED_MEDIA_TYPE = new Problem(
            415, "unsupported-media-type", "The content type is not supported", "It must be application/json");
    static final Problem DATABASE_UNAVAILABLE = new Problem(
            503,
            "database-unavailable",
            "The database is not available",
            "The callback is not known to be processed. Deliver it again later");
    static final Problem OVERLOADED = new Problem(
            503, "overloaded", "Too many callbacks arrive at once", "Nothing was processed. Deliver it again later");
    static final Problem STOPPING = new Problem(
            503, "stopping", "The service is stopping", "The callback was not processed. Deliver it again later");
    static final Problem INTERNAL_ERROR = new Problem(
            500,
            "internal-error",
            "Something has failed",
            "It is not known whether the callback took effect. Deliver it again later. The log of the receiver says more");

    private static final String TYPES = "urn:dingtalk-inbox:problem:";

    static Problem invalidRequest(String detail) {
        return new Problem(400, "invalid-request", "The request is not a DingTalk callback", detail);
    }

    static Problem tooLarge(int limit) {
        return new Problem(413, "too-large", "The body is too large", "At most " + limit + " bytes are accepted");
    }

    /** All texts are our own, so nothing in them needs escaping. */
    String toJson() {
        return "{\"type\":\"" + TYPES + type + "\",\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\""
                + detail + "\"}";
    }
}
