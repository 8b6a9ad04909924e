"""Policy-as-code auditor and pricing estimator for Amazon SES and Amazon SNS."""

__version__ = "0.1.0"
