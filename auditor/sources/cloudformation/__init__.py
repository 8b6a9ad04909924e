"""AWS CloudFormation templates: YAML, JSON, CDK assemblies and SAM."""
