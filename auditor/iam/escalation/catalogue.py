"""The published ways to the rights of other principals, and some that no list has, as data.

The ids with a number are those of https://pathfinding.cloud; the facts (which permissions, what must be there) were
checked against the pages of the services' actions. Ids without a number are our own.

Sources: https://pathfinding.cloud,
https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from auditor.iam.escalation.path import (
    Actor,
    Category,
    Gain,
    Need,
    On,
    Path,
    attached,
    free,
    new,
    old,
    role,
    user,
)


def _pass(
    id_: str, service: str | tuple[str, ...], how: str, *needs: Need, given: str = "", decides: bool = False
) -> Path:
    """A role is passed to something new."""
    return Path(
        id=id_,
        category=Category.NEW_PASSROLE,
        gain=Gain.PASSED_ROLE,
        needs=(role("iam:PassRole"), *needs),
        how=how,
        service=(service,) if isinstance(service, str) else service,
        given=given,
        open_question=decides,
    )


def _use(
    id_: str, service: str, given: str, how: str, *needs: Need, category: Category = Category.EXISTING_PASSROLE
) -> Path:
    """Something that runs with a role is made to run the caller's code; whether it is there is open."""
    return Path(
        id=id_,
        category=category,
        gain=Gain.THING_ROLE,
        needs=needs,
        how=how,
        service=(service,),
        given=given,
        open_question=True,
    )


def _self(id_: str, how: str, *needs: Need, by: Actor = Actor.ANY, given: str = "", decides: bool = False) -> Path:
    return Path(
        id=id_,
        category=Category.SELF_ESCALATION,
        gain=Gain.ONESELF,
        needs=needs,
        how=how,
        by=by,
        given=given,
        open_question=decides,
    )


def _access(id_: str, gain: Gain, how: str, *needs: Need, given: str = "", decides: bool = False) -> Path:
    return Path(
        id=id_,
        category=Category.PRINCIPAL_ACCESS,
        gain=gain,
        needs=needs,
        how=how,
        given=given,
        open_question=decides,
    )


_TWO_KEYS = "the user has fewer than two access keys"
_INSTANCE = ("ec2:RunInstances", "instance/*")
_LAUNCH = (
    new(*_INSTANCE),
    new("ec2:RunInstances", "volume/*"),
    new("ec2:RunInstances", "network-interface/*"),
    new("ec2:RunInstances", "image/*", owned=False),
    new("ec2:RunInstances", "subnet/*"),
    new("ec2:RunInstances", "security-group/*"),
)
_PROFILE = "an instance profile holds the role"
_TASK = new("ecs:RegisterTaskDefinition", "task-definition/*")
_CLUSTER = "an ECS cluster exists"
_INTERPRETER = "code-interpreter-custom/*"

_COMPUTE = (
    _pass(
        "apprunner-001", "tasks.apprunner.amazonaws.com",
        "creates an App Runner service that runs the caller's image with the role",
        new("apprunner:CreateService", "service/*"),
    ),
    _use(
        "apprunner-002", "tasks.apprunner.amazonaws.com", "an App Runner service runs with the role",
        "changes the image or start command of the service",
        old("apprunner:UpdateService", "service/*"),
    ),
    _pass(
        "bedrock-001", "bedrock-agentcore.amazonaws.com",
        "makes a code interpreter with the role and reads its credentials from a session",
        free("bedrock-agentcore:CreateCodeInterpreter"),
        new("bedrock-agentcore:StartCodeInterpreterSession", _INTERPRETER),
        new("bedrock-agentcore:InvokeCodeInterpreter", _INTERPRETER),
    ),
    _use(
        "bedrock-002", "bedrock-agentcore.amazonaws.com", "a Bedrock AgentCore code interpreter runs with the role",
        "reads the role's credentials from a session of the interpreter",
        old("bedrock-agentcore:StartCodeInterpreterSession", _INTERPRETER),
        old("bedrock-agentcore:InvokeCodeInterpreter", _INTERPRETER),
    ),
    _pass(
        "datapipeline-001", ("datapipeline.amazonaws.com", "elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"),
        "has a new pipeline run commands with the role",
        free("datapipeline:CreatePipeline"),
        new("datapipeline:PutPipelineDefinition", "pipeline/*"),
        new("datapipeline:ActivatePipeline", "pipeline/*"),
    ),
    _pass(
        "datapipeline-unactivated",
        ("datapipeline.amazonaws.com", "elasticmapreduce.amazonaws.com", "ec2.amazonaws.com"),
        "defines a new pipeline that runs commands with the role",
        free("datapipeline:CreatePipeline"),
        new("datapipeline:PutPipelineDefinition", "pipeline/*"),
        given="somebody who may do datapipeline:ActivatePipeline activates the pipeline", decides=True,
    ),
    _pass(
        "ec2-001", "ec2.amazonaws.com", "starts an instance with the role and takes its credentials from it",
        *_LAUNCH, given=_PROFILE, decides=True,
    ),
    _pass(
        "ec2-newprofile", "ec2.amazonaws.com",
        "puts the role into a new instance profile and starts an instance with it",
        *_LAUNCH,
        new("iam:CreateInstanceProfile", "instance-profile/*"),
        new("iam:AddRoleToInstanceProfile", "instance-profile/*"),
    ),
    _use(
        "ec2-002", "ec2.amazonaws.com", "an EC2 instance runs with the role",
        "replaces the start script of the stopped instance and starts it",
        old("ec2:ModifyInstanceAttribute", "instance/*"),
        old("ec2:StopInstances", "instance/*"),
        old("ec2:StartInstances", "instance/*"),
    ),
    _pass(
        "ec2-003", "ec2.amazonaws.com", "asks for a spot instance that runs with the role",
        new("ec2:RequestSpotInstances", "spot-instances-request/*"), given=_PROFILE, decides=True,
    ),
    _use(
        "ec2-004", "ec2.amazonaws.com", "a launch template with the role is used to start instances",
        "adds a version with the caller's start script and makes it the default",
        old("ec2:CreateLaunchTemplateVersion", "launch-template/*"),
        old("ec2:ModifyLaunchTemplate", "launch-template/*"),
    ),
    _pass(
        "ec2-associate", "ec2.amazonaws.com",
        "attaches an instance profile with the role to an instance that the caller can log in to",
        old("ec2:AssociateIamInstanceProfile", "instance/*"),
        given="the caller can log in to an EC2 instance, and an instance profile holds the role", decides=True,
    ),
    _use(
        "ec2instanceconnect-003", "ec2.amazonaws.com",
        "an EC2 instance with EC2 Instance Connect runs with the role and the caller reaches its port 22",
        "pushes an SSH key to the instance and takes the role's credentials from it",
        old("ec2-instance-connect:SendSSHPublicKey", "instance/*", service="ec2"),
        free("ec2:DescribeInstances"),
    ),
    _use(
        "ec2instanceconnect-serial", "ec2.amazonaws.com",
        "an EC2 instance with a serial console runs with the role, and serial access is on in the account",
        "pushes an SSH key for the serial console of the instance",
        old("ec2-instance-connect:SendSerialConsoleSSHPublicKey", "instance/*", service="ec2"),
    ),
    _pass(
        "ecs-001", "ecs-tasks.amazonaws.com", "runs a service with the role on a new cluster",
        new("ecs:CreateCluster", "cluster/*"), _TASK, new("ecs:CreateService", "service/*"),
    ),
    _pass(
        "ecs-002", "ecs-tasks.amazonaws.com", "runs a task with the role on a new cluster",
        new("ecs:CreateCluster", "cluster/*"), _TASK, new("ecs:RunTask", "task-definition/*"),
    ),
    _pass(
        "ecs-003", "ecs-tasks.amazonaws.com", "runs a service with the role on a cluster that is there",
        _TASK, new("ecs:CreateService", "service/*"), given=_CLUSTER, decides=True,
    ),
    _pass(
        "ecs-004", "ecs-tasks.amazonaws.com", "runs a task with the role on a cluster that is there",
        _TASK, new("ecs:RunTask", "task-definition/*"), given=_CLUSTER, decides=True,
    ),
    _pass(
        "ecs-005", "ecs-tasks.amazonaws.com", "starts a task with the role on a container instance that is there",
        _TASK, new("ecs:StartTask", "task-definition/*"),
        given="an ECS cluster with a container instance exists", decides=True,
    ),
    _use(
        "ecs-006", "ecs-tasks.amazonaws.com", "an ECS task that allows commands runs with the role",
        "opens a shell in the running task",
        old("ecs:ExecuteCommand", "task/*"), old("ecs:ExecuteCommand", "cluster/*"),
    ),
    _use(
        "ssm-001", "ec2.amazonaws.com", "an EC2 instance that Systems Manager manages runs with the role",
        "opens a session on the instance",
        old("ssm:StartSession", "instance/*", service="ec2"),
    ),
    _use(
        "ssm-002", "ec2.amazonaws.com", "an EC2 instance that Systems Manager manages runs with the role",
        "has a command run on the instance",
        old("ssm:SendCommand", "instance/*", service="ec2"),
        new("ssm:SendCommand", "document/AWS-RunShellScript", owned=False),
    ),
)  # fmt: skip

_FUNCTION = "function:*"
_BUILD = "the project lets a build replace its build specification"
_JOB = "a Glue job exists"
_NOTEBOOK = "notebook-instance/*"

_PLATFORM = (
    _pass(
        "cloudformation-001", "cloudformation.amazonaws.com", "has a new stack create what the role may create",
        new("cloudformation:CreateStack", "stack/*"),
    ),
    _use(
        "cloudformation-002", "cloudformation.amazonaws.com", "a stack has the role as its service role",
        "updates the stack with a template of the caller",
        old("cloudformation:UpdateStack", "stack/*"),
    ),
    _pass(
        "cloudformation-003", "cloudformation.amazonaws.com",
        "has a new stack set create what the execution role may create",
        free("cloudformation:CreateStackSet"), new("cloudformation:CreateStackInstances", "stackset/*"),
    ),
    _pass(
        "cloudformation-004", "cloudformation.amazonaws.com",
        "updates a stack set with a template of the caller",
        old("cloudformation:UpdateStackSet", "stackset/*"),
        given="a stack set with stack instances exists", decides=True,
    ),
    Path(
        id="cloudformation-005",
        # Listed as one that passes a role, though no iam:PassRole is needed: the stack has its role already.
        category=Category.NEW_PASSROLE,
        gain=Gain.THING_ROLE,
        needs=(old("cloudformation:CreateChangeSet", "stack/*"), old("cloudformation:ExecuteChangeSet", "stack/*")),
        how="changes the stack by a change set with a template of the caller",
        service=("cloudformation.amazonaws.com",),
        given="a stack has the role as its service role",
        open_question=True,
    ),
    _pass(
        "codebuild-001", "codebuild.amazonaws.com", "runs a build with the role in a new project",
        new("codebuild:CreateProject", "project/*"), new("codebuild:StartBuild", "project/*"),
    ),
    _use(
        "codebuild-002", "codebuild.amazonaws.com", f"a CodeBuild project builds with the role, and {_BUILD}",
        "starts a build with a build specification of the caller",
        old("codebuild:StartBuild", "project/*"),
    ),
    _use(
        "codebuild-003", "codebuild.amazonaws.com",
        f"a CodeBuild project for batch builds builds with the role, and {_BUILD}",
        "starts a batch build with a build specification of the caller",
        old("codebuild:StartBuildBatch", "project/*"),
    ),
    _pass(
        "codebuild-004", "codebuild.amazonaws.com", "runs a batch build with the role in a new project",
        new("codebuild:CreateProject", "project/*"), new("codebuild:StartBuildBatch", "project/*"),
    ),
    _pass(
        "glue-001", "glue.amazonaws.com", "makes a development endpoint with the role and logs in to it",
        free("glue:CreateDevEndpoint"),
    ),
    _use(
        "glue-002", "glue.amazonaws.com", "a Glue development endpoint runs with the role",
        "adds an SSH key of the caller to the endpoint",
        old("glue:UpdateDevEndpoint", "devEndpoint/*"),
    ),
    _pass(
        "glue-003", "glue.amazonaws.com", "runs a new job with the role",
        new("glue:CreateJob", "job/*"), new("glue:StartJobRun", "job/*"),
    ),
    _pass(
        "glue-004", "glue.amazonaws.com", "has a trigger start a new job with the role",
        new("glue:CreateJob", "job/*"), new("glue:CreateTrigger", "trigger/*"),
    ),
    _pass(
        "glue-005", "glue.amazonaws.com", "gives a job the role and the caller's script, and runs it",
        old("glue:UpdateJob", "job/*"), old("glue:StartJobRun", "job/*"), given=_JOB, decides=True,
    ),
    _pass(
        "glue-006", "glue.amazonaws.com", "gives a job the role and the caller's script, and has a trigger start it",
        old("glue:UpdateJob", "job/*"), new("glue:CreateTrigger", "trigger/*"), given=_JOB, decides=True,
    ),
    _pass(
        "lambda-001", "lambda.amazonaws.com", "runs a new function with the role",
        new("lambda:CreateFunction", _FUNCTION), new("lambda:InvokeFunction", _FUNCTION),
    ),
    _pass(
        "lambda-002", "lambda.amazonaws.com", "has a queue or stream run a new function with the role",
        new("lambda:CreateFunction", _FUNCTION), free("lambda:CreateEventSourceMapping"),
        given="a queue, stream or table exists that the role may read", decides=True,
    ),
    _use(
        "lambda-003", "lambda.amazonaws.com", "a Lambda function that something invokes runs with the role",
        "replaces the code of the function and waits until it is invoked",
        old("lambda:UpdateFunctionCode", _FUNCTION),
    ),
    _use(
        "lambda-004", "lambda.amazonaws.com", "a Lambda function runs with the role",
        "replaces the code of the function and invokes it",
        old("lambda:UpdateFunctionCode", _FUNCTION), old("lambda:InvokeFunction", _FUNCTION),
    ),
    _use(
        "lambda-005", "lambda.amazonaws.com", "a Lambda function runs with the role",
        "replaces the code of the function and lets a principal of the caller's choice invoke it",
        old("lambda:UpdateFunctionCode", _FUNCTION), old("lambda:AddPermission", _FUNCTION),
    ),
    _pass(
        "lambda-006", "lambda.amazonaws.com",
        "makes a function with the role and lets a principal of the caller's choice invoke it",
        new("lambda:CreateFunction", _FUNCTION), new("lambda:AddPermission", _FUNCTION),
    ),
    _pass(
        "sagemaker-001", "sagemaker.amazonaws.com", "makes a notebook instance with the role",
        new("sagemaker:CreateNotebookInstance", _NOTEBOOK),
        given="the caller can open the notebook, or its start script does the work",
    ),
    _pass(
        "sagemaker-002", "sagemaker.amazonaws.com", "runs a training job with the role",
        new("sagemaker:CreateTrainingJob", "training-job/*"), given="a bucket for the output, the caller's own will do",
    ),
    _pass(
        "sagemaker-003", "sagemaker.amazonaws.com", "runs a processing job with the role",
        new("sagemaker:CreateProcessingJob", "processing-job/*"),
        given="a bucket for the output, the caller's own will do",
    ),
    _use(
        "sagemaker-004", "sagemaker.amazonaws.com", "a SageMaker notebook instance in service runs with the role",
        "opens the notebook by a signed address",
        old("sagemaker:CreatePresignedNotebookInstanceUrl", _NOTEBOOK),
    ),
    _use(
        "sagemaker-005", "sagemaker.amazonaws.com", "a SageMaker notebook instance runs with the role",
        "gives the stopped notebook a start script of the caller and starts it",
        new("sagemaker:CreateNotebookInstanceLifecycleConfig", "notebook-instance-lifecycle-config/*"),
        old("sagemaker:StopNotebookInstance", _NOTEBOOK),
        old("sagemaker:UpdateNotebookInstance", _NOTEBOOK),
        old("sagemaker:StartNotebookInstance", _NOTEBOOK),
    ),
)  # fmt: skip

_ASSUME = role("sts:AssumeRole")
_RETRUST = role("iam:UpdateAssumeRolePolicy")

_PRINCIPALS = (
    _self(
        "iam-001", "writes a new default version of a policy that it has itself", attached("iam:CreatePolicyVersion")
    ),
    _access("iam-002", Gain.USER, "makes an access key for the user", user("iam:CreateAccessKey"), given=_TWO_KEYS),
    _access(
        "iam-003", Gain.USER, "replaces an access key of the user",
        user("iam:CreateAccessKey"), user("iam:DeleteAccessKey"),
    ),
    _access(
        "iam-004", Gain.USER, "gives the user a password and signs in with it",
        user("iam:CreateLoginProfile"), given="the user has no password", decides=True,
    ),
    _self("iam-005", "writes an inline policy of itself", role("iam:PutRolePolicy"), by=Actor.ROLE),
    _access(
        "iam-006", Gain.USER, "changes the password of the user and signs in with it",
        user("iam:UpdateLoginProfile"), given="the user has a password", decides=True,
    ),
    _self("iam-007", "writes an inline policy of itself", user("iam:PutUserPolicy"), by=Actor.USER),
    _self("iam-008", "attaches a policy with every right to itself", user("iam:AttachUserPolicy"), by=Actor.USER),
    _self("iam-009", "attaches a policy with every right to itself", role("iam:AttachRolePolicy"), by=Actor.ROLE),
    _self(
        "iam-010", "attaches a policy with every right to a group that it is in",
        Need("iam:AttachGroupPolicy", On.GROUP), by=Actor.USER,
    ),
    _self(
        "iam-011", "writes an inline policy of a group that it is in",
        Need("iam:PutGroupPolicy", On.GROUP), by=Actor.USER,
    ),
    _access("iam-012", Gain.RETRUSTED_ROLE, "makes the role trust it, and assumes the role", _RETRUST),
    Path(
        id="iam-013",
        category=Category.SELF_ESCALATION,
        gain=Gain.JOINED_GROUP,
        needs=(Need("iam:AddUserToGroup", On.JOINED),),
        how="adds itself to the group",
        by=Actor.USER,
    ),
    _access(
        "iam-014", Gain.EDITED_ROLE, "attaches a policy with every right to the role and assumes it",
        role("iam:AttachRolePolicy"), _ASSUME,
    ),
    _access(
        "iam-015", Gain.EDITED_USER, "attaches a policy with every right to the user and makes an access key for it",
        user("iam:AttachUserPolicy"), user("iam:CreateAccessKey"), given=_TWO_KEYS,
    ),
    _access(
        "iam-016", Gain.EDITED_ROLE, "writes a new default version of a policy of the role and assumes the role",
        attached("iam:CreatePolicyVersion"), _ASSUME,
    ),
    _access(
        "iam-017", Gain.EDITED_ROLE, "writes an inline policy of the role and assumes it",
        role("iam:PutRolePolicy"), _ASSUME,
    ),
    _access(
        "iam-018", Gain.EDITED_USER, "writes an inline policy of the user and makes an access key for it",
        user("iam:PutUserPolicy"), user("iam:CreateAccessKey"), given=_TWO_KEYS,
    ),
    _access(
        "iam-019", Gain.EDITED_ROLE,
        "attaches a policy with every right to the role, makes it trust the caller, assumes it",
        role("iam:AttachRolePolicy"), _RETRUST,
    ),
    _access(
        "iam-020", Gain.EDITED_ROLE, "rewrites a policy of the role and its trust policy, and assumes it",
        attached("iam:CreatePolicyVersion"), _RETRUST,
    ),
    _access(
        "iam-021", Gain.EDITED_ROLE, "writes an inline policy of the role, makes it trust the caller, assumes it",
        role("iam:PutRolePolicy"), _RETRUST,
    ),
    _self(
        "iam-setdefaultversion", "goes back to an older version of a policy that it has itself",
        attached("iam:SetDefaultPolicyVersion"), given="an older version of the policy gives more", decides=True,
    ),
    _access(
        "iam-newuser-attach", Gain.NEW_USER, "makes a user, attaches a policy with every right to it and makes its key",
        new("iam:CreateUser", "user/*"), new("iam:AttachUserPolicy", "user/*"), new("iam:CreateAccessKey", "user/*"),
    ),
    _access(
        "iam-newuser-inline", Gain.NEW_USER, "makes a user, writes its inline policy and makes its key",
        new("iam:CreateUser", "user/*"), new("iam:PutUserPolicy", "user/*"), new("iam:CreateAccessKey", "user/*"),
    ),
    _access(
        "iam-newrole-attach", Gain.NEW_USER, "makes a role that trusts it and attaches a policy with every right to it",
        new("iam:CreateRole", "role/*"), new("iam:AttachRolePolicy", "role/*"),
    ),
    _access(
        "iam-newrole-inline", Gain.NEW_USER, "makes a role that trusts it and writes its inline policy",
        new("iam:CreateRole", "role/*"), new("iam:PutRolePolicy", "role/*"),
    ),
    _access("sts-001", Gain.ASSUMED_ROLE, "assumes the role", _ASSUME),
)  # fmt: skip

PATHS: tuple[Path, ...] = (*_PRINCIPALS, *_COMPUTE, *_PLATFORM)
"""All paths to the rights of other principals."""

BY_ID = {path.id: path for path in PATHS}

ADMINISTRATION: tuple[Need, ...] = (
    new("iam:CreateUser", "user/*"),
    new("iam:AttachUserPolicy", "user/*"),
    new("iam:PutUserPolicy", "user/*"),
    new("iam:CreateAccessKey", "user/*"),
    new("iam:CreateRole", "role/*"),
    new("iam:AttachRolePolicy", "role/*"),
    new("iam:PutRolePolicy", "role/*"),
    new("iam:UpdateAssumeRolePolicy", "role/*"),
    new("iam:CreatePolicyVersion", "policy/*"),
)
"""Who may do all of this to any user, role and policy is an administrator: it can give itself the rest."""
