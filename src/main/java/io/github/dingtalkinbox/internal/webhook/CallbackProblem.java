package io.github.dingtalkinbox.internal.webhook;

/**
 * Why a request was refused, as RFC 9457 problem JSON. It does not help a forger: every fault of the envelope gives the
 * same problem.
 *
 * @param detail may be empty
 */
record CallbackProblem(int status, String type, String title, String detail) {
    static final CallbackProblem NOT_AN_EVENT = new CallbackProblem(
            400,
            "not-an-event",
            "The decrypted text is not an event",
            "It must be a JSON object with a non-empty string EventType");
    static final CallbackProblem NOT_AUTHENTIC = new CallbackProblem(
            401,
            "not-authentic",
            "The callback is not authentic",
            "It was not signed and encrypted with the credentials of this app. The log of the receiver says more");
    static final CallbackProblem UNKNOWN_APP = new CallbackProblem(
            404,
            "unknown-app",
            "There is no such app",
            "The last part of the path must be the name of a configured app");
    static final CallbackProblem METHOD_NOT_ALLOWED = new CallbackProblem(
            405, "method-not-allowed", "Only POST is allowed", "This is the URL for DingTalk's event callbacks");
    static final CallbackProblem UNSUPPORTED_MEDIA_TYPE = new CallbackProblem(
            415, "unsupported-media-type", "The content type is not supported", "It must be application/json");
    static final CallbackProblem DATABASE_UNAVAILABLE = new CallbackProblem(
            503,
            "database-unavailable",
            "The database is not available",
            "The callback may not have been processed. Deliver it again later");
    static final CallbackProblem OVERLOADED = new CallbackProblem(
            503, "overloaded", "Too many callbacks arrive at once", "Nothing was processed. Deliver it again later");
    static final CallbackProblem STOPPING = new CallbackProblem(
            503, "stopping", "The service is stopping", "The callback was not processed. Deliver it again later");
    static final CallbackProblem INTERNAL_ERROR = new CallbackProblem(
            500,
            "internal-error",
            "Something has failed",
            "It is not known whether the callback took effect. Deliver it again later. The log of the receiver says more");

    private static final String TYPES = "urn:dingtalk-inbox:problem:";

    static CallbackProblem invalidRequest(String detail) {
        return new CallbackProblem(400, "invalid-request", "The request is not a DingTalk callback", detail);
    }

    static CallbackProblem tooLarge(int limit) {
        return new CallbackProblem(
                413, "too-large", "The body is too large", "At most " + limit + " bytes are accepted");
    }

    /** None of the texts contains a character that JSON would escape. */
    String toJson() {
        return "{\"type\":\"" + TYPES + type + "\",\"title\":\"" + title + "\",\"status\":" + status + ",\"detail\":\""
                + detail + "\"}";
    }
}
