package io.promptstream.schemas.serde;

import io.promptstream.schemas.PromptEvent;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Tells Avro that our generated classes may be made from data.
 *
 * <p>Since 1.12.2 Avro makes no class that it was not told to trust. It can be told by system
 * properties, which every program that reads our records would have to set, or by its one validator
 * for the whole JVM. That is only ever added to here, and by nothing but our own records.
 *
 * <p>{@link AvroSerdes} does this by itself. A program that copies records with a builder before it
 * has a serde, or reads them with another deserializer, calls {@link #add()} first, or starts with
 * {@code -Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.promptstream.schemas}.
 */
public final class TrustedRecords {
  private static final String PACKAGE = PromptEvent.class.getPackageName();

  private TrustedRecords() {}

  /** Adds our records to those that Avro trusts, unless it trusts them already. */
  public static synchronized void add() {
    ClassSecurityPredicate trusted = ClassSecurityValidator.getGlobal();
    if (!trusted.isTrusted(PromptEvent.class)) {
      ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
          trusted, type -> type.getPackageName().equals(PACKAGE)));
    }
  }
}
