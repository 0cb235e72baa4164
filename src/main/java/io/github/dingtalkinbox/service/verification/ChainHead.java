package io.github.dingtalkinbox.service.verification;

import io.github.dingtalkinbox.internal.seal.Seal;

/**
 * The last seal of a chain, which identifies the whole chain.
 *
 * @param number of the seal
 * @param seal in hex
 */
public record ChainHead(long number, String seal) {
    public static ChainHead of(Seal seal) {
        return new ChainHead(seal.number(), seal.seal());
    }

    /** As the service writes it into its log. */
    @Override
    public String toString() {
        return number + ":" + seal;
    }
}
