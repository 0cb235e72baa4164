package io.github.dingtalkinbox.service.connector;

/** A channel of Tomcat that is read through a gate. */
interface Gated {
    Gate gate();
}
