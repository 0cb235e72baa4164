package io.github.dingtalkinbox.service.cli;

import io.github.dingtalkinbox.internal.seal.SealKeys;
import io.github.dingtalkinbox.service.cli.Cli.Terminal;
import io.github.dingtalkinbox.service.embedded.NewKeys;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Generates the two secrets that DingTalk's console asks for, and the one that seals the event log. */
@Command(
        name = "keys",
        description =
                "Generates a token and an EncodingAESKey to paste into DingTalk's console, and a key that seals the event log.",
        mixinStandardHelpOptions = true)
final class KeysCommand implements Runnable {
    private static final String SEAL_KEY_VARIABLE = "INBOX_SEAL_KEY";

    private final Terminal terminal;

    KeysCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        String token = NewKeys.token();
        String aesKey = NewKeys.aesKey();
        PrintWriter out = terminal.out();
        out.println("Paste into DingTalk's developer console, under the event subscription of your app (HTTP push):");
        out.println("  token    " + token + "  (for signatures)");
        out.println("  aes_key  " + aesKey + "  (for encryption)");
        out.println();
        out.println(
                "Set in the environment of the service, and start it before you save the URL in DingTalk's console:");
        out.println("  " + CredentialsOptions.TOKEN_VARIABLE + "=" + token);
        out.println("  " + CredentialsOptions.AES_KEY_VARIABLE + "=" + aesKey);
        out.println("  " + CredentialsOptions.OWNER_KEY_VARIABLE + "=<Client ID (appKey) of the app>");
        out.println("  " + SEAL_KEY_VARIABLE + "=" + NewKeys.sealKey());
        out.println();
        out.println("Do not give the last one to DingTalk: it seals the event log (" + SealKeys.PROPERTY
                + "). Keep it for as long as you keep the log.");
        out.println();
        out.println("They are not stored anywhere: keep them as you keep a password.");
    }
}
