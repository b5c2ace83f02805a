"""What Firstline is made of on AWS, as a CDK application. It imports nothing of what it deploys."""
