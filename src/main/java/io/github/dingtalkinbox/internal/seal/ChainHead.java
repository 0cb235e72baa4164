package io.github.dingtalkinbox.internal.seal;

/**
 * The last seal of a chain, by which the whole of it can be recognised.
 *
 * @param number of the seal
 * @param seal in hex
 */
public record ChainHead(long number, String seal) {
    /** As the service writes it into its log. */
    @Override
    public String toString() {
        return number + ":" + seal;
    }
}
