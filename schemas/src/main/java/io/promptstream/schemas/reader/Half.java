package io.promptstream.schemas.reader;

import org.jspecify.annotations.Nullable;

/**
 * One of the two records of a prompt.
 *
 * @param offset offset of the record in its topic
 * @param bytes size of its value
 * @param record the record
 * @param key key of the message
 * @param model the model that made it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Half<T>(long offset, int bytes, T record, byte @Nullable [] key, ModelCards.Model model) {}
