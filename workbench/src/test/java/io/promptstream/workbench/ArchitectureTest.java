package io.promptstream.workbench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** The rules about modules and packages of docs/architecture.md. */
final class ArchitectureTest {
  private static final String SCHEMAS = "io.promptstream.schemas..";
  private static final String INTAKE = "io.promptstream.intake..";
  private static final String ENCODER = "io.promptstream.encoder..";
  private static final String TOPOLOGY = "io.promptstream.topology..";
  private static final String APPLICATION = "io.promptstream.application..";
  private static final String WORKBENCH = "io.promptstream.workbench..";

  private static final JavaClasses CLASSES = new ClassFileImporter()
      .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
      .withImportOption(location -> !location.contains("-tests.jar"))
      .importPackages("io.promptstream");

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    check(slices().matching("io.promptstream.(**)").should().beFreeOfCycles());
  }

  @Test
  void shouldKeepTheSchemasFreeOfTheOtherModulesAndOfKafkaStreams() {
    check(noClasses()
        .that()
        .resideInAPackage(SCHEMAS)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            INTAKE,
            ENCODER,
            TOPOLOGY,
            APPLICATION,
            WORKBENCH,
            "org.apache.kafka.streams..",
            "ai.djl.."));
  }

  @Test
  void shouldKeepTheIntakeFreeOfAllButTheSchemasAndJson() {
    check(noClasses()
        .that()
        .resideInAPackage(INTAKE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ENCODER,
            TOPOLOGY,
            APPLICATION,
            WORKBENCH,
            "io.promptstream.schemas.*..",
            "org.apache.kafka..",
            "ai.djl..",
            "com.fasterxml.jackson.core.."));
  }

  @Test
  void shouldKeepTheEncoderFreeOfKafkaAndAvro() {
    check(noClasses()
        .that()
        .resideInAPackage(ENCODER)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            SCHEMAS,
            INTAKE,
            TOPOLOGY,
            APPLICATION,
            WORKBENCH,
            "org.apache.kafka..",
            "org.apache.avro.."));
  }

  @Test
  void shouldKeepTheLibraryFreeOfTheApplication() {
    check(noClasses()
        .that()
        .resideInAPackage(TOPOLOGY)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(INTAKE, APPLICATION, WORKBENCH));
  }

  @Test
  void shouldKeepTheApplicationFreeOfTheWorkbench() {
    check(noClasses()
        .that()
        .resideInAPackage(APPLICATION)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(WORKBENCH));
  }

  @Test
  void shouldKeepPicocliAndLogbackInTheCommandLine() {
    check(noClasses()
        .that()
        .resideInAPackage("io.promptstream..")
        .and()
        .resideOutsideOfPackage("..cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "ch.qos.logback.."));
  }

  @Test
  void shouldEndTheJvmOnlyFromMainClasses() {
    check(noClasses()
        .that()
        .resideInAnyPackage(SCHEMAS, INTAKE, ENCODER, TOPOLOGY, APPLICATION)
        .and()
        .resideOutsideOfPackage("..cli..")
        .should()
        .callMethod(System.class, "exit", int.class));
  }

  private static void check(ArchRule rule) {
    rule.check(CLASSES);
  }
}
