{{- define "promptstream.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- /* At most 52 characters: Kubernetes adds the number of a pod and the hash of a revision. */ -}}
{{- define "promptstream.fullname" -}}
{{- $name := include "promptstream.name" . -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "promptstream.selector" -}}
app.kubernetes.io/name: {{ include "promptstream.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "promptstream.labels" -}}
{{ include "promptstream.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "promptstream.metadata" -}}
name: {{ include "promptstream.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "promptstream.labels" . | nindent 2 }}
{{- end -}}

{{- define "promptstream.serviceAccount" -}}
{{- default (ternary (include "promptstream.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "promptstream.image" -}}
{{- $tag := default (printf "%s%s" .Chart.AppVersion (ternary "-gpu" "" .Values.gpu.enabled)) .Values.image.tag -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository $tag -}}
{{- end -}}
{{- end -}}

{{- /* "true" or "". */ -}}
{{- define "promptstream.staticMembership" -}}
{{- $stateful := eq .Values.workload "StatefulSet" -}}
{{- $set := toString .Values.staticMembership -}}
{{- if and (eq $set "true") (not $stateful) -}}
{{- fail "staticMembership needs workload=StatefulSet: the name of a Deployment's pod never comes back, so its partitions would wait for session.timeout.ms at each restart." -}}
{{- end -}}
{{- if or (eq $set "true") (and (eq $set "auto") $stateful (not .Values.autoscaling.enabled)) -}}
true
{{- end -}}
{{- end -}}

{{- /* A number of YAML is a float64, which prints as 2.097152e+06. */ -}}
{{- define "promptstream.text" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end -}}

{{- /* Takes a list: the values, a default, and the names of a setting, of which the first that is set counts. */ -}}
{{- define "promptstream.setting" -}}
{{- $config := (index . 0).config -}}
{{- $found := index . 1 -}}
{{- range slice . 2 | reverse -}}
{{- if hasKey $config . -}}{{- $found = get $config . -}}{{- end -}}
{{- end -}}
{{- include "promptstream.text" $found -}}
{{- end -}}

{{- /* Kubernetes kills a pod after this time, so it is longer than the application's own. */ -}}
{{- define "promptstream.gracePeriodSeconds" -}}
{{- $close := include "promptstream.setting" (list .Values 25000 "promptstream.close.timeout.ms") | int64 -}}
{{- add (div $close 1000) 20 -}}
{{- end -}}
