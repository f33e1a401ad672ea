package io.promptstream.topology.config;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Recognizes the variables that Kubernetes sets in every container for each service of its
 * namespace, and Docker for each linked container. Their names begin with the name of the service
 * or link, so those of a service {@code promptstream-metrics} look like our settings.
 *
 * <p>For a service or link with the alias A, and a port with number N and protocol P (TCP, UDP or
 * SCTP), these are: {@code A_SERVICE_HOST}, {@code A_SERVICE_PORT}, {@code A_SERVICE_PORT_NAME},
 * {@code A_PORT}, {@code A_PORT_N_P}, {@code A_PORT_N_P_ADDR} with {@code PORT}, {@code PROTO},
 * {@code START}, {@code END}, {@code PORT_START} and {@code PORT_END} likewise, {@code A_NAME} and
 * {@code A_ENV_NAME}.
 */
final class ServiceVariables {
  /** No setting ends like these names. */
  private static final Pattern UNMISTAKABLE = Pattern.compile(".+_(SERVICE_HOST|SERVICE_PORT(_.+)?"
      + "|PORT_[0-9]+_(TCP|UDP|SCTP)(_(ADDR|PROTO|START|END|PORT(_START|_END)?))?)");

  private static final Pattern PORT = Pattern.compile("(.+)_PORT");
  private static final Pattern ADDRESS = Pattern.compile("(tcp|udp|sctp)://.+");

  private final Set<String> aliases;

  ServiceVariables(Map<String, String> environment) {
    aliases = environment.entrySet().stream()
        .filter(variable -> isAddress(variable.getKey(), variable.getValue()))
        .map(variable -> PORT.matcher(variable.getKey()).replaceFirst("$1"))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Returns whether a variable is the address of a service. Its name can be that of a setting, such
   * as {@code KAFKA_PROXY_PORT}, but no setting has such a value.
   */
  static boolean isAddress(String name, String value) {
    return PORT.matcher(name).matches() && ADDRESS.matcher(value).matches();
  }

  /**
   * Returns whether the name of a variable is one of the above. {@code A_NAME} and
   * {@code A_ENV_NAME} match only if the environment has the address of A, because a misspelled
   * setting can end the same way.
   */
  boolean hasName(String name) {
    return UNMISTAKABLE.matcher(name).matches()
        || aliases.stream()
            .anyMatch(alias -> name.equals(alias + "_NAME") || name.startsWith(alias + "_ENV_"));
  }
}
