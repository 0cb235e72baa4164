package io.github.dingtalkinbox.service.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dingtalkinbox.internal.crypto.Credentials;
import java.util.Base64;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class NewKeysTest {
    @RepeatedTest(50)
    void tokenAndAesKeyAreAccepted() {
        var credentials = new Credentials(NewKeys.token(), NewKeys.aesKey(), "dingvectorappkey01");
        byte[] key = Base64.getDecoder().decode(credentials.aesKey());
        assertThat(key).hasSize(32);
        // A decoder that insists on zeros in the two bits left over gets them.
        assertThat(Base64.getEncoder().withoutPadding().encodeToString(key)).isEqualTo(credentials.aesKey());
        assertThat(credentials.token()).hasSize(32);
    }

    @Test
    void aSealKeyHas32Bytes() {
        assertThat(Base64.getDecoder().decode(NewKeys.sealKey())).hasSize(32);
    }

    @Test
    void allDiffer() {
        assertThat(IntStream.range(0, 100).mapToObj(i -> NewKeys.token())).doesNotHaveDuplicates();
        assertThat(IntStream.range(0, 100).mapToObj(i -> NewKeys.aesKey())).doesNotHaveDuplicates();
        assertThat(IntStream.range(0, 100).mapToObj(i -> NewKeys.sealKey())).doesNotHaveDuplicates();
    }
}
