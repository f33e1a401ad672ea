/** The Helm chart in {@code docker/helm}. */
@NullMarked
package io.promptstream.workbench.chart;

import org.jspecify.annotations.NullMarked;
