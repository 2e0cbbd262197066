"""AWS actions whose names do not say what they do, each looked up in the service authorization reference.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

READS = frozenset(
    {
        "cloudformation:EstimateTemplateCost",
        "cloudformation:ValidateTemplate",
        "logs:FilterLogEvents",
        "logs:StartQuery",
        "logs:StopQuery",
        "logs:TestMetricFilter",
        "iam:SimulateCustomPolicy",
        "iam:SimulatePrincipalPolicy",
        "dynamodb:Query",
        "dynamodb:Scan",
        "health:DescribeEvents",
        "sns:CheckIfPhoneNumberIsOptedOut",
        "route53:TestDNSAnswer",
    }
)
"""Readings by their access level, whatever their verb."""

WRITES = frozenset(
    {
        "appfabric:BatchGetUserAccessTasks",
        "athena:GetSessionEndpoint",
        "bcm-pricing-calculator:ListTagsForResource",
        "bedrock-agentcore:GetWorkloadAccessTokenForJWT",
        "bedrock-agentcore:GetWorkloadAccessTokenForUserId",
        "billing:GetResourcePolicy",
        "cognito-identity:GetId",
        "emr:GetOnClusterAppUIPresignedURL",
        "emr:GetPersistentAppUIPresignedURL",
        "glue:DescribeConnectionType",
        "glue:DescribeEntity",
        "glue:ListConnectionTypes",
        "glue:ListEntities",
        "quicksight:DescribeDataSetPermissions",
        "quicksight:DescribeDataSourcePermissions",
        "quicksight:DescribeTopicPermissions",
        "redshift:GetClusterCredentialsWithIAM",
        "route53globalresolver:ListTagsForResource",
        "security-ir:GetCaseAttachmentUploadUrl",
        "socialmessaging:GetWhatsAppMessageMedia",
        "ssm-sap:GetResourcePermission",
        "stepfunctions:GetActivityTask",
        "sts:DecodeAuthorizationMessage",
    }
)
"""Verbs that sound like readings on actions that make or hand out something, or that nobody here vouches for."""

REPLACES = frozenset(
    {
        "route53:ChangeResourceRecordSets",
        "secretsmanager:UpdateSecret",
        "secretsmanager:PutSecretValue",
        "secretsmanager:RotateSecret",
        "s3:PutBucketLifecycleConfiguration",
        "s3:PutBucketLifecycle",
        "s3:PutBucketPolicy",
        "kms:PutKeyPolicy",
        "iam:UpdateAssumeRolePolicy",
        "ec2:ReplaceRouteTableAssociation",
        "lambda:UpdateFunctionCode",
        "organizations:LeaveOrganization",
    }
)
"""Changes that lose what was there before, whatever their verb."""

CREDENTIALS = frozenset(
    [
        "Token",
        "Tokens",
        "Credential",
        "Credentials",
        "Password",
        "SecretValue",
        "AccessDetails",
        "EmbedUrl",
        "AuthCode",
        "AuthorizationCode",
        "DataAccess",
        "SigningUrl",
        "PresignedUrl",
        "LoginUrl",
        "InstanceAccess",
        "ComputeAccess",
        "AuthToken",
        "AuthorizationToken",
        "SecretValues",
        "KeyPair",
        "PrivateKey",
        "SessionUrl",
        "SigninUrl",
        "AuthenticationUrl",
        "StreamUrl",
        "UploadUrl",
        "UploadURL",
        "UploadLinks",
        "SessionEndpoint",
        "CredentialsForOrganization",
        "GetParameter",
        "GetParameters",
        "GetParametersByPath",
        "GetParameterHistory",
        "PasswordData",
        "MasterUserPassword",
        "Secrets",
    ]
)
"""What an action hands out, by the end of its name: readings of secrets are no readings here."""
