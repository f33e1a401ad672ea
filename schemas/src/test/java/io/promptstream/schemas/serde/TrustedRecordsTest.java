package io.promptstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.PromptEvent;
import java.net.URI;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.avro.util.ClassSecurityValidator.ClassSecurityPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrustedRecordsTest {
  private final ClassSecurityPredicate before = ClassSecurityValidator.getGlobal();

  @BeforeEach
  void trustOneClass() {
    ClassSecurityValidator.setGlobal(type -> type == Thread.class);
  }

  @AfterEach
  void restore() {
    ClassSecurityValidator.setGlobal(before);
  }

  @Test
  void shouldTrustAllOurRecords() {
    TrustedRecords.add();

    assertThat(PromptEvent.class).satisfies(ClassSecurityValidator::validate);
    assertThat(Projection.class).satisfies(ClassSecurityValidator::validate);
    assertThat(ModelCard.class).satisfies(ClassSecurityValidator::validate);
    assertThat(DenseEncoding.class).satisfies(ClassSecurityValidator::validate);
  }

  @Test
  void shouldTrustNothingElse() {
    TrustedRecords.add();

    assertThat(ClassSecurityValidator.getGlobal().isTrusted(URI.class)).isFalse();
    assertThat(ClassSecurityValidator.getGlobal().isTrusted(AvroSerdes.class)).isFalse();
  }

  @Test
  void shouldKeepClassesThatAreAlreadyTrusted() {
    TrustedRecords.add();

    assertThat(ClassSecurityValidator.getGlobal().isTrusted(Thread.class)).isTrue();
  }

  @Test
  void shouldAddOurRecordsOnlyOnce() {
    TrustedRecords.add();
    ClassSecurityPredicate once = ClassSecurityValidator.getGlobal();

    TrustedRecords.add();

    assertThat(ClassSecurityValidator.getGlobal()).isSameAs(once);
  }
}
