/** A pull request to main starts it; it waits at its only step, a gate. */
export const gated = `apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata:
  name: gated
  annotations:
    sluice.dev/on: 'pull_request: {branches: [main]}'
spec:
  entrypoint: main
  templates:
    - name: main
      steps:
        - - {name: approval, template: approval}
    - name: approval
      suspend: {}
`;
