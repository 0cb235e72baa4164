package io.github.dingtalkinbox.service.gateway;

/** DingTalk's API for the list of failed callbacks, which is empty: for a service that is told to call it here. */
final class RecoveryCalls {
    private static final String TOKEN_PATH = "/gettoken";
    private static final String LIST_PATH = "/call_back/get_call_back_failed_result";

    private RecoveryCalls() {}

    /** 404 for other calls. */
    static GatewayResponse answer(GatewayRequest request) {
        return switch (request.path()) {
            case TOKEN_PATH -> json("{\"errcode\":0,\"access_token\":\"simulated\",\"expires_in\":7200}");
            case LIST_PATH -> json("{\"errcode\":0,\"has_more\":false,\"failed_list\":[]}");
            default -> GatewayResponse.error(404, "NotFound", "there is no such API");
        };
    }

    private static GatewayResponse json(String body) {
        return new GatewayResponse(200, "application/json", body);
    }
}
