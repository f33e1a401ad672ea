package io.promptstream.workbench.report;

/**
 * Serialized sizes of the values of a prompt's records, in bytes.
 *
 * @param event the prompt event
 * @param sparse the sparse embedding
 * @param dense the dense embedding
 */
public record RecordSizes(int event, int sparse, int dense) {}
