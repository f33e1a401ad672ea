package io.promptstream.topology.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads settings. The first of these sources that has a setting determines its value:
 *
 * <ol>
 *   <li>the environment: {@code PROMPTSTREAM_DATA_TYPE} is {@code promptstream.data.type},
 *       {@code KAFKA_BOOTSTRAP_SERVERS} is {@code bootstrap.servers} and
 *       {@code KAFKA_PRODUCER_LINGER_MS} is {@code producer.linger.ms}, {@code SCHEMA_REGISTRY_URL}
 *       is {@code schema.registry.url};
 *   <li>the file, in Java's properties format and UTF-8;
 *   <li>the defaults.
 * </ol>
 *
 * <p>A value may refer to a secret that is stored elsewhere: <code>
 * ${file:/run/secrets/kafka:password}</code>, if {@code config.providers=file} and
 * {@code config.providers.file.class} name one of Kafka's config providers. References are replaced
 * here, for all clients and for our own settings.
 *
 * <p>A variable that begins with {@code PROMPTSTREAM_} and is not a setting is an error, except
 * {@code PROMPTSTREAM_CACHE_DIR}, the folder for downloads, and {@code PROMPTSTREAM_LOG_FORMAT}. A
 * variable that begins with {@code KAFKA_} or {@code SCHEMA_REGISTRY_} is used only if Kafka or the
 * registry's client knows the setting, because such names are common: {@code KAFKA_HOME},
 * {@code KAFKA_OPTS}. The variables that Kubernetes and Docker set for services are ignored
 * ({@link ServiceVariables}).
 */
public final class ConfigLoader {
  private static final Logger log = LoggerFactory.getLogger(ConfigLoader.class);

  private static final String OWN_VARIABLE = "PROMPTSTREAM_";
  private static final String KAFKA_VARIABLE = "KAFKA_";
  private static final Pattern VARIABLE = Pattern.compile("PROMPTSTREAM_|KAFKA_|SCHEMA_REGISTRY_");

  /** Variables that the encoder or the log read themselves and that are not settings. */
  private static final Set<String> NO_SETTINGS =
      Set.of("PROMPTSTREAM_CACHE_DIR", "PROMPTSTREAM_LOG_FORMAT");

  private final Map<String, String> environment;

  /** Takes the environment: {@link System#getenv()}, except in tests. */
  public ConfigLoader(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Loads and checks the settings of an application from the environment and a file.
   *
   * @throws ConfigException with one sentence that names the file or variable, the setting and its
   *     value
   */
  public PromptStreamConfig load(Path file) {
    return written(file).resolve(PromptStreamConfig::of);
  }

  /**
   * Loads the settings of the environment and a file as they were written.
   *
   * @param file null for the environment alone
   * @throws ConfigException if the file cannot be read, or a variable of ours is not a setting
   */
  public UnresolvedSettings written(@Nullable Path file) {
    Map<String, String> settings = file == null ? new HashMap<>() : read(file);
    Map<String, String> fromEnvironment = fromEnvironment();
    // Both settings choose the weights, so one in the environment overrides the other in the file.
    if (fromEnvironment.containsKey(PromptStreamConfig.MODELS)) {
      settings.remove(PromptStreamConfig.CHECKPOINT);
    }
    if (fromEnvironment.containsKey(PromptStreamConfig.CHECKPOINT)) {
      settings.remove(PromptStreamConfig.MODELS);
    }
    settings.putAll(fromEnvironment);
    return new UnresolvedSettings(settings, fromEnvironment.keySet());
  }

  private Map<String, String> fromEnvironment() {
    ServiceVariables services = new ServiceVariables(environment);
    Map<String, String> found = new TreeMap<>();
    List<String> ignored = new ArrayList<>();
    // Sorted, so that the same one of several invalid variables is always reported.
    new TreeMap<>(environment).forEach((variable, value) -> {
      if (!VARIABLE.matcher(variable).lookingAt() || NO_SETTINGS.contains(variable)) {
        return;
      }
      String setting = setting(variable);
      if (ServiceVariables.isAddress(variable, value)) {
        ignored.add(variable);
      } else if (isSetting(variable, setting)) {
        found.put(setting, value.strip());
      } else if (services.hasName(variable)) {
        ignored.add(variable);
      } else if (variable.startsWith(OWN_VARIABLE)) {
        throw new ConfigException(
            "Unknown environment variable %s: there is no setting %s; did you mean %s?"
                .formatted(variable, setting, variable(KnownSettings.nearest(setting))));
      }
    });
    if (!ignored.isEmpty()) {
      log.info(
          "Ignored {} variables that Kubernetes or Docker set for services: {}",
          ignored.size(),
          String.join(", ", ignored));
    }
    if (!found.isEmpty()) {
      // Without values: some are secrets.
      log.info("Settings from the environment: {}", String.join(", ", found.keySet()));
    }
    return found;
  }

  private static String setting(String variable) {
    String named = variable.startsWith(KAFKA_VARIABLE)
        ? variable.substring(KAFKA_VARIABLE.length())
        : variable;
    return named.toLowerCase(Locale.ROOT).replace('_', '.');
  }

  private static String variable(String setting) {
    return setting.replace('.', '_').toUpperCase(Locale.ROOT);
  }

  private static boolean isSetting(String variable, String setting) {
    if (variable.startsWith(OWN_VARIABLE)) {
      return PromptStreamConfig.DEFINITION.names().contains(setting);
    }
    return variable.startsWith(KAFKA_VARIABLE)
        ? KnownSettings.isKnown(setting)
        : KnownSettings.isOfRegistry(setting);
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file", e);
    } catch (CharacterCodingException e) {
      throw unreadable(file, "it is not UTF-8 text", e);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
    Map<String, String> settings = new HashMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> settings.put(name, properties.getProperty(name, "").strip()));
    return settings;
  }

  private static ConfigException unreadable(Path file, String why, Exception cause) {
    ConfigException exception =
        new ConfigException("Cannot read the configuration file %s: %s".formatted(file, why));
    exception.initCause(cause);
    return exception;
  }
}
