{{- define "promptstream.probe" -}}
httpGet:
  path: {{ index . 0 }}
  port: http
{{ toYaml (index . 1) }}
{{- end -}}

{{- define "promptstream.pod" -}}
{{- $memory := include "promptstream.memory" . | fromJson -}}
{{- $computed := dict "memory" (printf "%dMi" (int64 $memory.limitMib)) -}}
{{- $limits := deepCopy $computed -}}
{{- if .Values.gpu.enabled }}{{ $_ := set $limits .Values.gpu.resource (toString .Values.gpu.count) }}{{ end -}}
metadata:
  labels:
    {{- include "promptstream.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # Other settings replace the pods.
    checksum/config: {{ include (print .Template.BasePath "/configmap.yaml") . | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "promptstream.serviceAccount" . }}
  automountServiceAccountToken: false
  # Each Service would add variables such as PROMPTSTREAM_PORT, which are no settings.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "promptstream.gracePeriodSeconds" . }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- if and .Values.gpu.enabled .Values.gpu.runtimeClassName }}
  runtimeClassName: {{ .Values.gpu.runtimeClassName }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if or .Values.tolerations .Values.gpu.enabled }}
  tolerations:
    {{- if .Values.gpu.enabled }}
    - key: {{ .Values.gpu.resource }}
      operator: Exists
      effect: NoSchedule
    {{- end }}
    {{- with .Values.tolerations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- range . }}
    - labelSelector:
        matchLabels:
          {{- include "promptstream.selector" $ | nindent 10 }}
      {{- toYaml . | nindent 6 }}
    {{- end }}
  {{- end }}
  containers:
    - name: promptstream
      image: {{ include "promptstream.image" . }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      securityContext:
        {{- toYaml .Values.securityContext | nindent 8 }}
      env:
        - name: JAVA_OPTS
          value: {{ printf "-Xmx%dm %s" (int64 $memory.heapMib) .Values.javaOptions | trim | quote }}
        {{- if include "promptstream.staticMembership" . }}
        - name: KAFKA_GROUP_INSTANCE_ID
          valueFrom:
            fieldRef:
              fieldPath: metadata.name
        {{- end }}
        {{- with .Values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .Values.extraEnvFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - name: http
          containerPort: {{ .Values.http.port }}
      {{- if .Values.probes.enabled }}
      startupProbe:
        {{- include "promptstream.probe" (list "/live" .Values.probes.startup) | nindent 8 }}
      livenessProbe:
        {{- include "promptstream.probe" (list "/live" .Values.probes.liveness) | nindent 8 }}
      readinessProbe:
        {{- include "promptstream.probe" (list "/ready" .Values.probes.readiness) | nindent 8 }}
      {{- end }}
      resources:
        requests:
          {{- mustMergeOverwrite (deepCopy $computed) .Values.resources.requests | toYaml | nindent 10 }}
        limits:
          {{- mustMergeOverwrite $limits .Values.resources.limits | toYaml | nindent 10 }}
      volumeMounts:
        - name: config
          mountPath: /etc/promptstream
          readOnly: true
        - name: state
          mountPath: /var/lib/promptstream
        - name: tmp
          mountPath: /tmp
        {{- range .Values.existingSecrets }}
        - name: secret-{{ . }}
          mountPath: /run/secrets/{{ . }}
          readOnly: true
        {{- end }}
        {{- with .Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: config
      configMap:
        name: {{ include "promptstream.fullname" . }}
    # JNA unpacks its library here.
    - name: tmp
      emptyDir:
        sizeLimit: 256Mi
    {{- if not (include "promptstream.claims" .) }}
    - name: state
      emptyDir:
        sizeLimit: {{ .Values.persistence.size }}
    {{- end }}
    {{- range .Values.existingSecrets }}
    - name: secret-{{ . }}
      secret:
        secretName: {{ . }}
        defaultMode: 0440
    {{- end }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}

{{- define "promptstream.claims" -}}
{{- if and .Values.persistence.enabled (eq .Values.workload "StatefulSet") -}}true{{- end -}}
{{- end -}}
