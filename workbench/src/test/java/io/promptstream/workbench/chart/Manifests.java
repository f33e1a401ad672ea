package io.promptstream.workbench.chart;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Manifests that a chart rendered, as typed objects. A field that Kubernetes does not know, a
 * number where it expects a string, and a key that occurs twice are errors.
 */
record Manifests(List<Object> objects) {
  private static final Map<String, Class<?>> KINDS = Map.of(
      "v1/ConfigMap", ConfigMap.class,
      "v1/Service", Service.class,
      "v1/ServiceAccount", ServiceAccount.class,
      "apps/v1/Deployment", Deployment.class,
      "apps/v1/StatefulSet", StatefulSet.class,
      "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
      "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
      "monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class,
      "monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class,
      "keda.sh/v1alpha1/ScaledObject", ScaledObject.class);

  private static final ObjectMapper MAPPER = mapper();

  private static ObjectMapper mapper() {
    YAMLMapper mapper = YAMLMapper.builder()
        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .withCoercionConfig(
            LogicalType.Textual,
            text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
        // Otherwise every class of the model would accept unknown fields.
        .annotationIntrospector(new JacksonAnnotationIntrospector() {
          private static final long serialVersionUID = 1;

          @Override
          public Boolean hasAnySetter(Annotated member) {
            return false;
          }
        })
        .build();
    return mapper;
  }

  static Manifests parse(String yaml) {
    List<Object> objects = new ArrayList<>();
    try (var documents = MAPPER.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      while (documents.hasNextValue()) {
        objects.add(typed(documents.nextValue()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(yaml, e);
    }
    return new Manifests(objects);
  }

  private static Object typed(JsonNode document) throws JsonProcessingException {
    String kind =
        document.path("apiVersion").asText() + '/' + document.path("kind").asText();
    Class<?> type = KINDS.get(kind);
    if (type == null) {
      throw new IllegalArgumentException("Unexpected kind %s: %s".formatted(kind, document));
    }
    return MAPPER.treeToValue(document, type);
  }

  /** What every object has. */
  record Metadata(String name, String namespace, Map<String, String> labels) {}

  /** Returns the metadata of all objects. */
  List<Metadata> metadata() {
    return objects.stream()
        .map(object -> {
          if (object instanceof HasMetadata typed) {
            ObjectMeta metadata = typed.getMetadata();
            return new Metadata(metadata.getName(), metadata.getNamespace(), metadata.getLabels());
          }
          return ((ScaledObject) object).metadata();
        })
        .toList();
  }

  /** Returns the template of the pods of the only workload. */
  PodTemplateSpec pods() {
    return all(Deployment.class).isEmpty()
        ? one(StatefulSet.class).getSpec().getTemplate()
        : one(Deployment.class).getSpec().getTemplate();
  }

  Container container() {
    return only(pods().getSpec().getContainers());
  }

  /** Returns the content of a file that exactly one of the ConfigMaps has. */
  String file(String name) {
    return only(all(ConfigMap.class).stream()
        .flatMap(map -> map.getData().entrySet().stream())
        .filter(data -> data.getKey().equals(name))
        .map(Map.Entry::getValue)
        .toList());
  }

  <T> List<T> all(Class<T> type) {
    return objects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Returns the only object of a type. */
  <T> T one(Class<T> type) {
    return only(all(type));
  }

  private static <T> T only(List<T> found) {
    if (found.size() != 1) {
      throw new IllegalStateException("Expected one object, not " + found);
    }
    return found.get(0);
  }
}
