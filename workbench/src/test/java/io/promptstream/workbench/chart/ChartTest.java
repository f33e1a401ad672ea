package io.promptstream.workbench.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The chart as Helm renders it, without a cluster. */
final class ChartTest {
  private static final String EXAMPLES = "io.promptstream.workbench.chart.Chart#examples";
  private static final String MINIMAL = "minimal";
  private static final String EVERYTHING = "everything";

  private static String named(String setting) {
    return "config." + setting.replace(".", "\\.");
  }

  @Test
  void shouldPassHelmsLint() {
    assertThat(Chart.OURS.helm().lint().strict().call().getMessages())
        .noneMatch(message -> message.contains("[ERROR]") || message.contains("[WARNING]"));
    assertThat(Chart.OURS.helm().lint().strict().call().isFailed()).isFalse();
  }

  @Test
  void shouldHaveTheVersionOfTheProject() throws IOException {
    var version = Pattern.compile("<version>(.+?)</version>")
        .matcher(Files.readString(Path.of("../pom.xml")));
    assertThat(version.find()).isTrue();

    assertThat(Chart.OURS.directory().resolve("Chart.yaml"))
        .content()
        .contains("\nversion: " + version.group(1) + '\n')
        .contains("\nappVersion: \"" + version.group(1) + "\"\n");
  }

  @Test
  void shouldRenderTheCommandOfTheDocumentation() throws IOException {
    Map<String, String> values = Pattern.compile("--set ([\\w.]+)=(\\S+)")
        .matcher(Files.readString(Path.of("../docs/containers.md")))
        .results()
        .collect(Collectors.toMap(set -> set.group(1), set -> set.group(2)));

    assertThat(values).isNotEmpty();
    assertThat(Chart.OURS.render(values).all(StatefulSet.class)).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource(EXAMPLES)
  void shouldPlaceEveryObjectInTheNamespaceOfTheRelease(String example) {
    assertThat(Chart.OURS.render(example).metadata()).isNotEmpty().allSatisfy(metadata -> {
      assertThat(metadata.namespace()).isEqualTo(Chart.NAMESPACE);
      assertThat(metadata.name()).startsWith(Chart.RELEASE);
      assertThat(metadata.labels())
          .containsEntry("app.kubernetes.io/name", "promptstream")
          .containsEntry("app.kubernetes.io/instance", Chart.RELEASE);
    });
  }

  @ParameterizedTest
  @MethodSource(EXAMPLES)
  void shouldMeetTheRestrictedPodSecurityStandard(String example) {
    Manifests manifests = Chart.OURS.render(example);
    var pod = manifests.pods().getSpec();
    var security = manifests.container().getSecurityContext();

    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getAutomountServiceAccountToken()).isFalse();
    assertThat(security.getReadOnlyRootFilesystem()).isTrue();
    assertThat(security.getAllowPrivilegeEscalation()).isFalse();
    assertThat(security.getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(security.getCapabilities().getAdd()).isEmpty();
    assertThat(pod.getVolumes()).allMatch(volume -> volume.getHostPath() == null);
  }

  @ParameterizedTest
  @MethodSource(EXAMPLES)
  void shouldTakeNoVariablesFromServices(String example) {
    assertThat(Chart.OURS.render(example).pods().getSpec().getEnableServiceLinks())
        .isFalse();
  }

  @ParameterizedTest
  @MethodSource(EXAMPLES)
  void shouldProbeTheEndpoint(String example) {
    Container container = Chart.OURS.render(example).container();

    assertThat(container.getPorts()).singleElement().satisfies(port -> {
      assertThat(port.getName()).isEqualTo("http");
      assertThat(port.getContainerPort()).isEqualTo(8080);
    });
    assertThat(path(container.getStartupProbe())).isEqualTo("/live");
    assertThat(path(container.getLivenessProbe())).isEqualTo("/live");
    assertThat(path(container.getReadinessProbe())).isEqualTo("/ready");
  }

  private static String path(Probe probe) {
    assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("http");
    // The endpoint answers within 5 s even if others keep it busy.
    assertThat(probe.getTimeoutSeconds()).isGreaterThan(5);
    return probe.getHttpGet().getPath();
  }

  @Test
  void shouldSwitchProbesOff() {
    Container container =
        Chart.OURS.render(MINIMAL, Map.of("probes.enabled", "false")).container();

    assertThat(container.getStartupProbe()).isNull();
    assertThat(container.getLivenessProbe()).isNull();
    assertThat(container.getReadinessProbe()).isNull();
  }

  @ParameterizedTest
  @MethodSource(EXAMPLES)
  void shouldMountOnlyVolumesThatExist(String example) {
    Manifests manifests = Chart.OURS.render(example);
    Stream<String> volumes = manifests.pods().getSpec().getVolumes().stream().map(Volume::getName);
    Stream<String> claims = manifests.all(StatefulSet.class).stream()
        .flatMap(set -> set.getSpec().getVolumeClaimTemplates().stream())
        .map(claim -> claim.getMetadata().getName());
    Map<String, String> mounts = manifests.container().getVolumeMounts().stream()
        .collect(Collectors.toMap(VolumeMount::getMountPath, VolumeMount::getName));

    assertThat(Stream.concat(volumes, claims)).containsExactlyInAnyOrderElementsOf(mounts.values());
    assertThat(mounts).containsKeys("/tmp", "/etc/promptstream", "/var/lib/promptstream");
  }

  @ParameterizedTest
  @MethodSource(EXAMPLES)
  void shouldSelectItsPods(String example) {
    Manifests manifests = Chart.OURS.render(example);
    Set<Map.Entry<String, String>> labels =
        manifests.pods().getMetadata().getLabels().entrySet();
    Stream<Map<String, String>> selectors = Stream.of(
            manifests.all(Service.class).stream()
                .map(service -> service.getSpec().getSelector()),
            manifests.all(StatefulSet.class).stream()
                .map(set -> set.getSpec().getSelector().getMatchLabels()),
            manifests.all(Deployment.class).stream()
                .map(set -> set.getSpec().getSelector().getMatchLabels()),
            manifests.all(PodDisruptionBudget.class).stream()
                .map(budget -> budget.getSpec().getSelector().getMatchLabels()),
            manifests.all(NetworkPolicy.class).stream()
                .map(policy -> policy.getSpec().getPodSelector().getMatchLabels()),
            manifests.pods().getSpec().getTopologySpreadConstraints().stream()
                .map(spread -> spread.getLabelSelector().getMatchLabels()))
        .flatMap(all -> all);

    assertThat(selectors)
        .hasSizeGreaterThanOrEqualTo(5)
        .allSatisfy(selector -> assertThat(selector).isNotEmpty())
        .allSatisfy(selector -> assertThat(labels).containsAll(selector.entrySet()));
    assertThat(manifests.all(ServiceMonitor.class))
        .allSatisfy(monitor -> assertThat(
                manifests.one(Service.class).getMetadata().getLabels().entrySet())
            .containsAll(monitor.getSpec().getSelector().getMatchLabels().entrySet()));
  }

  @Test
  void shouldNameThePodsOfAStatefulSetByItsService() {
    Manifests manifests = Chart.OURS.render(MINIMAL);

    assertThat(manifests.one(StatefulSet.class).getSpec().getServiceName())
        .isEqualTo(manifests.one(Service.class).getMetadata().getName());
    assertThat(manifests.one(Service.class).getSpec().getClusterIP()).isEqualTo("None");
  }

  @ParameterizedTest
  @CsvSource({
    "minimal, StatefulSet, auto, true",
    "minimal, StatefulSet, true, true",
    "minimal, StatefulSet, false, false",
    "minimal, Deployment, auto, false",
    "everything, StatefulSet, auto, false",
    "everything, StatefulSet, true, true"
  })
  void shouldNameMembersByTheirPod(
      String example, String workload, String staticMembership, boolean named) {
    Manifests manifests = Chart.OURS.render(
        example, Map.of("workload", workload, "staticMembership", staticMembership));
    List<EnvVar> variables = manifests.container().getEnv();

    assertThat(variables.stream()
            .filter(variable -> variable.getName().equals("KAFKA_GROUP_INSTANCE_ID"))
            .map(variable -> variable.getValueFrom().getFieldRef().getFieldPath()))
        .containsExactlyElementsOf(named ? List.of("metadata.name") : List.of());
  }

  @Test
  void shouldKeepTheStateOfAStatefulSetOnAVolume() {
    StatefulSet set = Chart.OURS.render(EVERYTHING).one(StatefulSet.class);
    PersistentVolumeClaim claim = set.getSpec().getVolumeClaimTemplates().get(0);

    assertThat(claim.getSpec().getStorageClassName()).isEqualTo("fast");
    assertThat(claim.getSpec().getResources().getRequests().get("storage")).hasToString("5Gi");
    assertThat(set.getSpec().getPersistentVolumeClaimRetentionPolicy().getWhenScaled())
        .isEqualTo("Delete");
    assertThat(Chart.OURS
            .render(MINIMAL, Map.of("persistence.enabled", "false"))
            .one(StatefulSet.class)
            .getSpec()
            .getVolumeClaimTemplates())
        .isEmpty();
  }

  @Test
  void shouldReplacePodsWithoutAdditionalOnes() {
    var strategy =
        Chart.OURS.render("deployment").one(Deployment.class).getSpec().getStrategy();

    assertThat(strategy.getRollingUpdate().getMaxSurge().getIntVal()).isZero();
    assertThat(strategy.getRollingUpdate().getMaxUnavailable().getIntVal()).isEqualTo(1);
  }

  @Test
  void shouldAskForAGpu() {
    Manifests manifests = Chart.OURS.render("gpu");
    var pod = manifests.pods().getSpec();

    assertThat(manifests.container().getResources().getLimits().get("nvidia.com/gpu"))
        .hasToString("1");
    assertThat(manifests.container().getImage()).isEqualTo("promptstream:0.2.0-gpu");
    assertThat(pod.getRuntimeClassName()).isEqualTo("nvidia");
    assertThat(pod.getNodeSelector()).containsEntry("nvidia.com/gpu.product", "NVIDIA-L4");
    assertThat(pod.getTolerations())
        .singleElement()
        .satisfies(toleration -> assertThat(toleration.getKey()).isEqualTo("nvidia.com/gpu"));
  }

  @Test
  void shouldLetKedaAloneSetTheNumberOfPods() {
    Manifests manifests = Chart.OURS.render(EVERYTHING);
    StatefulSet set = manifests.one(StatefulSet.class);
    ScaledObject.Spec scaled = manifests.one(ScaledObject.class).spec();

    assertThat(set.getSpec().getReplicas()).isNull();
    assertThat(scaled.scaleTargetRef().kind()).isEqualTo(set.getKind());
    assertThat(scaled.scaleTargetRef().name()).isEqualTo(set.getMetadata().getName());
    assertThat(scaled.minReplicaCount()).isEqualTo(2);
    assertThat(scaled.maxReplicaCount()).isEqualTo(12);
    assertThat(Chart.OURS.render(MINIMAL).one(StatefulSet.class).getSpec().getReplicas())
        .isEqualTo(2);
  }

  @Test
  void shouldScaleByTheLagOfTheApplicationsOwnGroupAndSlowlyDown() {
    ScaledObject.Spec scaled =
        Chart.OURS.render(EVERYTHING).one(ScaledObject.class).spec();

    assertThat(scaled.triggers()).singleElement().satisfies(trigger -> {
      assertThat(trigger.metadata())
          .containsEntry("consumerGroup", "clicks")
          .containsEntry("topic", "clicks")
          .containsEntry("limitToPartitionsWithLag", "true")
          .containsEntry("offsetResetPolicy", "earliest")
          .containsEntry("tls", "enable")
          .doesNotContainKey("allowIdleConsumers");
      assertThat(trigger.authenticationRef().name()).isEqualTo("kafka");
    });
    var down = scaled.advanced().horizontalPodAutoscalerConfig().behavior().scaleDown();
    assertThat(down.stabilizationWindowSeconds()).isEqualTo(600);
    assertThat(down.policies()).containsExactly(new ScaledObject.Policy("Pods", 1, 300));
  }

  @Test
  void shouldRenderNeitherRulesNorDashboardsWithoutFiles(@TempDir Path directory)
      throws IOException {
    Manifests manifests = Chart.OURS.copyWithoutFiles(directory).render(EVERYTHING);

    assertThat(manifests.all(PrometheusRule.class)).isEmpty();
    assertThat(manifests.all(ConfigMap.class)).hasSize(1);
  }

  @Test
  void shouldRenderTheRulesAndTheDashboardOfTheComposeFile() throws IOException {
    Manifests manifests = Chart.OURS.render(EVERYTHING);

    assertThat(manifests.one(PrometheusRule.class).getSpec().getGroups()).isNotEmpty();
    assertThat(manifests.file("promptstream.json").strip())
        .isEqualTo(
            Files.readString(Path.of("..", "docker", "grafana", "dashboards", "promptstream.json"))
                .strip());
  }

  @Test
  void shouldTakeRulesAndDashboardsUnchangedFromFiles(@TempDir Path directory) throws IOException {
    Chart chart = Chart.OURS.copyWithoutFiles(directory);
    String dashboard = "{\n  \"title\": \"{{ instance }}\"\n}";
    Files.createDirectories(directory.resolve("files/rules"));
    Files.createDirectories(directory.resolve("files/dashboards"));
    Files.writeString(directory.resolve("files/dashboards/overview.json"), dashboard);
    Files.writeString(directory.resolve("files/rules/alerts.yaml"), """
        groups:
          - name: promptstream
            rules:
              - alert: Down
                expr: up == 0
                for: 1m
                annotations:
                  summary: "{{ $labels.instance }} is down"
        """);

    Manifests manifests = chart.render(EVERYTHING);

    PrometheusRule rule = manifests.one(PrometheusRule.class);
    assertThat(rule.getMetadata().getName()).isEqualTo("clicks-promptstream-alerts");
    assertThat(rule.getMetadata().getLabels()).containsEntry("release", "prometheus");
    assertThat(rule.getSpec().getGroups().get(0).getRules().get(0).getAnnotations())
        .containsEntry("summary", "{{ $labels.instance }} is down");
    assertThat(manifests.all(ConfigMap.class))
        .anySatisfy(map ->
            assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1"));
    assertThat(manifests.file("overview.json").strip()).isEqualTo(dashboard);
    assertThat(chart.render(MINIMAL).all(PrometheusRule.class)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      replica                         | 3                 | additional properties
      image.tags                      | latest            | /image
      workload                        | DaemonSet         | /workload
      staticMembership                | maybe             | /staticMembership
      replicas                        | -1                | /replicas
      http.port                       | 80                | /http/port
      image.digest                    | latest            | /image/digest
      javaOptions                     | -Xmx2g            | /javaOptions
      existingSecrets[0]              | No_Name           | /existingSecrets/0
      extraEnv[0].name                | JAVA_OPTS         | /extraEnv/0/name
      config.state\\.dir              | /data             | invalid propertyName
      config.bootstrap\\.servers      | kafka:9092        | invalid propertyName
      config.group\\.instance\\.id    | one               | invalid propertyName
      config.a b                      | 1                 | invalid propertyName
      autoscaling.minReplicas         | 0                 | /autoscaling/minReplicas
      autoscaling.scaleDownStabilizationSeconds | 0       | /autoscaling/scaleDownStabilizationSeconds
      autoscaling.triggerMetadata.allowIdleConsumers | x  | invalid propertyName
      """)
  void shouldRefuseValuesThatTheSchemaForbids(String name, String value, String message) {
    assertRefused(Map.of(name, value), message);
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      bootstrapServers                | ''                | Set bootstrapServers
      schemaRegistryUrl               | ''                | Set schemaRegistryUrl
      checkpoint                      | ''                | Set checkpoint
      config.promptstream\\.models    | a=seed:1          | Set either checkpoint or
      replicas                        | 9                 | 8 partitions
      schemaRegistryUrl               | https://me:pw@sr  | basic.auth.user.info
      config.schema\\.registry\\.proxy| http://me:pw@host | basic.auth.user.info
      """)
  void shouldSayWhatIsWrongWithAValue(String name, String value, String message) {
    assertRefused(Map.of(name, value), message);
  }

  @Test
  void shouldSayWhichValuesContradictEachOther() {
    assertRefused(
        Map.of("workload", "Deployment", "staticMembership", "true"),
        "staticMembership needs workload=StatefulSet");
    assertRefused(
        Map.of("autoscaling.enabled", "true", "autoscaling.maxReplicas", "9"), "8 partitions");
    assertRefused(
        Map.of(
            "autoscaling.enabled", "true",
            "autoscaling.maxReplicas", "2",
            "autoscaling.minReplicas", "3"),
        "the maximum is 2");
  }

  private static void assertRefused(Map<String, String> values, String message) {
    assertThatThrownBy(() -> Chart.OURS.render(MINIMAL, values))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(message);
  }

  static Stream<String> secrets() {
    return Stream.concat(
        settings(true),
        Stream.of(
            "producer.ssl.key.password",
            "basic.auth.user.info",
            "schema.registry.ssl.keystore.password",
            "bearer.auth.token",
            "bearer.auth.client.secret"));
  }

  /** Returns the settings of Kafka's clients that are secrets, or those that are not. */
  private static Stream<String> settings(boolean secret) {
    return ConsumerConfig.configDef().configKeys().values().stream()
        .filter(setting -> (setting.type == ConfigDef.Type.PASSWORD) == secret)
        .map(setting -> setting.name)
        .filter(name -> !name.equals("bootstrap.servers") && !name.equals("group.instance.id"));
  }

  @ParameterizedTest
  @MethodSource("secrets")
  void shouldRefuseSecretsInTheConfigMap(String setting) {
    assertRefused(Map.of(named(setting), "abc"), "config.%s is a secret".formatted(setting));
  }

  @Test
  void shouldTakeReferencesToSecrets() {
    Map<String, String> values = secrets()
        .collect(Collectors.toMap(ChartTest::named, name -> "${directory:/run/secrets/kafka:key}"));

    assertThat(
            Chart.OURS.render(MINIMAL, values).file("promptstream.properties").lines())
        .contains("basic.auth.user.info=${directory:/run/secrets/kafka:key}");
  }

  @Test
  void shouldTakeAllSettingsThatAreNoSecrets() {
    Map<String, String> values = new HashMap<>();
    settings(false).forEach(name -> values.put(named(name), "x"));
    values.put(named("basic.auth.credentials.source"), "USER_INFO");

    assertThat(values).hasSizeGreaterThan(50);
    assertThat(Chart.OURS.render(MINIMAL, values).objects()).isNotEmpty();
  }

  @Test
  void shouldPassOnSecretsByReference() {
    Manifests manifests = Chart.OURS.render(EVERYTHING);

    assertThat(manifests.pods().getSpec().getVolumes().stream()
            .filter(volume -> volume.getSecret() != null)
            .map(volume -> volume.getSecret().getSecretName()))
        .containsExactly("kafka-user", "kafka-ca", "registry");
    assertThat(manifests.container().getEnv()).anySatisfy(variable -> {
      assertThat(variable.getName()).isEqualTo("HF_TOKEN");
      assertThat(variable.getValueFrom().getSecretKeyRef().getName()).isEqualTo("hugging-face");
    });
  }

  @Test
  void shouldOpenOnlyTheHttpPort() {
    var policy = Chart.OURS.render(EVERYTHING).one(NetworkPolicy.class).getSpec();

    assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
    assertThat(policy.getIngress()).singleElement().satisfies(rule -> {
      assertThat(rule.getPorts())
          .singleElement()
          .satisfies(port -> assertThat(port.getPort().getStrVal()).isEqualTo("http"));
      assertThat(rule.getFrom()).hasSize(1);
    });
    assertThat(policy.getEgress().get(0).getPorts())
        .allSatisfy(port -> assertThat(port.getPort().getIntVal()).isEqualTo(53));
    assertThat(Chart.OURS
            .render(MINIMAL, Map.of("networkPolicy.enabled", "true"))
            .one(NetworkPolicy.class)
            .getSpec()
            .getPolicyTypes())
        .containsExactly("Ingress");
  }

  @ParameterizedTest
  @MethodSource(EXAMPLES)
  void shouldSayHowToContinue(String example) {
    assertThat(Chart.OURS.notes(example))
        .contains("kubectl --namespace streams rollout status", "/clicks-promptstream", "-Xmx");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      spec: {replica: 1}                                            | replica
      spec: {replicas: "1"}                                         | replicas
      spec: {serviceName: 1}                                        | serviceName
      spec: {template: {spec: {containers: [{nam: a}]}}}            | nam
      spec: {replicas: 1, replicas: 2}                              | Duplicate
      """)
  void shouldFindMistakesInManifests(String spec, String message) {
    assertThatThrownBy(() -> Manifests.parse("apiVersion: apps/v1\nkind: StatefulSet\n" + spec))
        .isInstanceOf(UncheckedIOException.class)
        .hasRootCauseInstanceOf(IOException.class)
        .cause()
        .hasMessageContaining(message);
  }
}
