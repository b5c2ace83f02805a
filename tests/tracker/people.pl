# Queues, people, rights and tokens in a fresh Request Tracker. Reads what is wanted as JSON, answers tokens as JSON.
use strict;
use warnings;
use JSON ();
use RT -init;

my $system = RT->SystemUser;
my $wanted = JSON::decode_json(do { local $/; <STDIN> });

sub made {
    my ($what, $id, $says) = @_;
    die "$what: $says\n" unless $id;
    return $id;
}

sub granted {
    my ($principal, $object, @rights) = @_;
    made("right $_", $principal->GrantRight(Right => $_, Object => $object)) for @rights;
}

for my $name (@{ $wanted->{queues} }) {
    made("queue $name", RT::Queue->new($system)->Create(Name => $name, CorrespondAddress => lc($name =~ s/ /-/gr) . '@desk.example'));
}

# What the company knows of its customers stands in fields of the user.
for my $name (@{ $wanted->{customer_fields} }) {
    my $field = RT::CustomField->new($system);
    made("field $name", $field->Create(Name => $name, Type => 'FreeformSingle', LookupType => 'RT::User'));
    made("field $name everywhere", $field->AddToObject(RT::User->new($system)));
}

# Whoever writes a mail may open a ticket and go on with it.
my $everyone = RT::Group->new($system);
$everyone->LoadSystemInternalGroup('Everyone');
granted($everyone->PrincipalObj, RT->System, qw(CreateTicket ReplyToTicket));

if (length $wanted->{scrip}) {
    made('scrip', RT::Scrip->new($system)->Create(
        Queue => 0, Description => 'Firstline', Stage => 'TransactionBatch', Template => 'Blank',
        ScripCondition => 'On Transaction', ScripAction => 'User Defined',
        CustomPrepareCode => '1;', CustomCommitCode => $wanted->{scrip},
    ));
}

my %token;
for my $person (@{ $wanted->{people} }) {
    my $user = RT::User->new($system);
    made("user $person->{email}", $user->Create(
        Name => $person->{name} || $person->{email}, EmailAddress => $person->{email},
        RealName => $person->{real_name} || '', Organization => $person->{company} || '',
        Privileged => $person->{rights} ? 1 : 0,
    ));
    granted($user->PrincipalObj, RT->System, @{ $person->{rights} || [] });
    for my $field (sort keys %{ $person->{fields} || {} }) {
        made("$field of $person->{email}", $user->AddCustomFieldValue(Field => $field, Value => $person->{fields}{$field}));
    }
    next unless $person->{token};
    my ($id, $says, $text) = RT::AuthToken->new($system)->Create(Owner => $user->id, Description => 'on this machine');
    made("token of $person->{email}", $id, $says);
    $token{$person->{email}} = $text;
}
print JSON::encode_json(\%token);
