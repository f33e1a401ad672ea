package io.promptstream.schemas.serde;

import io.promptstream.schemas.PromptEvent;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;

/**
 * Adds our generated classes to those that Avro may instantiate from data.
 *
 * <p>Since 1.12.2, Avro instantiates only trusted classes. They are set by system properties, which
 * every program that reads our records would have to set, or by one validator for the whole JVM.
 * This class only adds to that validator, and adds only our records.
 *
 * <p>{@link AvroSerdes} calls {@link #add()}. A program that copies records with a builder before
 * it has a serde, or reads them with another deserializer, must call it first, or start with
 * {@code -Dorg.apache.avro.SERIALIZABLE_PACKAGES=io.promptstream.schemas}.
 */
public final class TrustedRecords {
  private static final String PACKAGE = PromptEvent.class.getPackageName();

  private TrustedRecords() {}

  /** Adds our records to the classes that Avro trusts, unless it already trusts them. */
  public static synchronized void add() {
    ClassSecurityPredicate trusted = ClassSecurityValidator.getGlobal();
    if (!trusted.isTrusted(PromptEvent.class)) {
      ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
          trusted, type -> type.getPackageName().equals(PACKAGE)));
    }
  }
}
