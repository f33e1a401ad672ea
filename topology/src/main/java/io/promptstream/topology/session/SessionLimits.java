package io.promptstream.topology.session;

/**
 * The limits of the state of one object of a session.
 *
 * @param steps how many actions can be undone, and how many of the last actions are remembered
 * @param bytes maximum size of the state; a larger one forgets its oldest steps
 */
record SessionLimits(int steps, int bytes) {}
