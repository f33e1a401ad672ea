package io.promptstream.workbench.report;

/** What became of a prompt: embeddings or an error. */
public sealed interface PromptOutcome permits PromptResult, PromptFailure {}
