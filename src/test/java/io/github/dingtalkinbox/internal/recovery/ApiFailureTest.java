package io.github.dingtalkinbox.internal.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.recovery.ApiFailure.Call;
import io.github.dingtalkinbox.internal.recovery.ApiFailure.Reason;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiFailureTest {
    @ParameterizedTest
    @CsvSource({
        "TOKEN, 40089, BAD_CREDENTIALS",
        "TOKEN, 40001, BAD_CREDENTIALS",
        "TOKEN, 60020, IP_NOT_ALLOWED",
        "TOKEN, 90002, THROTTLED",
        "TOKEN, -1, BUSY",
        "FAILED_CALLBACKS, 40001, TOKEN_INVALID",
        "FAILED_CALLBACKS, 40014, TOKEN_INVALID",
        "FAILED_CALLBACKS, 42001, TOKEN_INVALID",
        "FAILED_CALLBACKS, 60011, NO_PERMISSION",
        "FAILED_CALLBACKS, 60020, IP_NOT_ALLOWED",
        "FAILED_CALLBACKS, 50003, APP_STOPPED",
        "FAILED_CALLBACKS, 90006, THROTTLED",
        "FAILED_CALLBACKS, 90018, THROTTLED",
        "FAILED_CALLBACKS, 900006, OTHER",
        "FAILED_CALLBACKS, 71006, OTHER",
    })
    void theCodeTellsTheReason(Call call, String code, Reason reason) {
        ApiFailure failure = ApiFailure.of(call, answer("{\"errcode\":" + code + ",\"errmsg\":\"why\"}"));
        assertThat(failure.reason()).isEqualTo(reason);
        assertThat(failure).hasMessageStartingWith(call.path + " failed with " + code + " why: ");
    }

    @Test
    void aFailedAuthenticationHasItsReasonInTheSubCode() {
        String permission = """
                {"errcode":88,"sub_code":"60011","sub_msg":"没有调用该接口的权限","errmsg":"ding talk error[subcode=60011]"}""";
        assertThat(ApiFailure.of(Call.FAILED_CALLBACKS, answer(permission)))
                .hasMessageContaining(
                        "60011 没有调用该接口的权限: in DingTalk's console, give the app the permission qyapi_base");
        assertThat(ApiFailure.of(
                                Call.FAILED_CALLBACKS,
                                answer("{\"errcode\":88,\"sub_code\":\"40014\",\"errmsg\":\"x\"}"))
                        .reason())
                .isEqualTo(Reason.TOKEN_INVALID);
        assertThat(ApiFailure.of(Call.FAILED_CALLBACKS, answer("{\"errcode\":88}"))
                        .reason())
                .isEqualTo(Reason.OTHER);
    }

    @Test
    void aMessageIsOneLineOfALimitedLength() {
        String message = ApiFailure.of(
                        Call.TOKEN, answer("{\"errcode\":1,\"errmsg\":\"a\\r\\nb" + "x".repeat(1000) + "\"}"))
                .getMessage();
        assertThat(message)
                .contains("1 a\\u000d\\u000abxxx")
                .contains("x…")
                .hasLineCount(1)
                .hasSizeLessThan(600);
    }

    @ParameterizedTest
    @CsvSource({"200, NOT_DINGTALK", "404, NOT_DINGTALK", "429, THROTTLED", "502, BUSY"})
    void anAnswerThatIsNotTheApisIsToldByItsStatus(int status, Reason reason) {
        assertThat(ApiFailure.notUnderstood(Call.TOKEN, status, "but no JSON").reason())
                .isEqualTo(reason);
    }

    @Test
    void noAnswerNamesTheOwnProxyAsStreamDoes() {
        assertThat(ApiFailure.unreachable(Call.TOKEN, new IOException("why")))
                .hasMessageStartingWith("/gettoken was not answered (IOException): ")
                .hasMessageContaining("the proxy and its login (inbox.proxy.url, inbox.proxy.username)")
                .hasMessageContaining("inbox.recovery.base-url");
    }

    private static Answer answer(String json) {
        return Answer.read(json.getBytes(UTF_8));
    }
}
