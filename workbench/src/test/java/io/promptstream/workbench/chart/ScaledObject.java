package io.promptstream.workbench.chart;

import java.util.List;
import java.util.Map;

/**
 * The fields that we use of KEDA's {@code ScaledObject}, of which there is no public model for
 * Java.
 *
 * @see <a href="https://keda.sh/docs/latest/reference/scaledobject-spec/">its specification</a>
 */
record ScaledObject(String apiVersion, String kind, Manifests.Metadata metadata, Spec spec) {
  record Spec(
      Target scaleTargetRef,
      int pollingInterval,
      int minReplicaCount,
      int maxReplicaCount,
      Advanced advanced,
      List<Trigger> triggers) {}

  record Target(String apiVersion, String kind, String name) {}

  record Advanced(Autoscaler horizontalPodAutoscalerConfig) {}

  record Autoscaler(Behavior behavior) {}

  record Behavior(Rules scaleDown, Rules scaleUp) {}

  record Rules(int stabilizationWindowSeconds, List<Policy> policies) {}

  record Policy(String type, int value, int periodSeconds) {}

  record Trigger(String type, Map<String, String> metadata, Authentication authenticationRef) {}

  record Authentication(String name) {}
}
