"""The role may also read secrets, which neither vendor needs."""

import sys

sys.path.append("..")

from hand_written import permissions, staging_role

secrets = {
    "Sid": "Secrets",
    "Effect": "Allow",
    "Action": "secretsmanager:GetSecretValue",
    "Resource": "arn:aws:secretsmanager:us-east-1:123456789012:secret:payroll",
}
staging_role(permitted=permissions(Secrets=secrets))
