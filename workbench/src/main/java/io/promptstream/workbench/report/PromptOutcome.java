package io.promptstream.workbench.report;

/** The outcome of a prompt: embeddings or an error. */
public sealed interface PromptOutcome permits PromptResult, PromptFailure {}
